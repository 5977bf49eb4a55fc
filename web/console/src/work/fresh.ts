// What came new since the reader last looked.
import { ref, watch, type ComputedRef } from 'vue'
import { keyOf, Newcomers, type WorkItem } from './box'
import type { Rows, View } from './useWork'

/** Keys of the rows that are new, and how many of them nobody has looked at. */
export function useFresh(view: View, query: Rows['query'], loaded: ComputedRef<WorkItem[]>) {
  const newcomers = new Newcomers()
  const fresh = ref(new Set<string>())
  const unseen = ref(0)
  let pages = 0
  watch([() => view.box, () => view.q, () => view.register], () => {
    newcomers.forget()
    pages = 0
    fresh.value = new Set()
    unseen.value = 0
  })
  watch(() => [query.data.value, query.isPlaceholderData.value] as const, ([data, borrowed]) => {
    if (!data || borrowed || view.box !== 'todo') return
    const further = data.pages.length > pages
    pages = data.pages.length
    const found = newcomers.look(loaded.value)
    // A further page shows what was there before, however late some of it was opened.
    const came = further ? [] : found
    const still = new Set(loaded.value.map(keyOf))
    fresh.value = new Set([...fresh.value, ...came].filter((it) => still.has(it)))
    unseen.value = Math.min(unseen.value + came.length, fresh.value.size)
  }, { immediate: true })

  /** A row was opened. */
  function see(item: WorkItem): void {
    fresh.value = new Set([...fresh.value].filter((it) => it !== keyOf(item)))
    unseen.value = Math.min(unseen.value, fresh.value.size)
  }

  return { fresh, unseen, see }
}
