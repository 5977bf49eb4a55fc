// The view of a list lives in the address bar, so that it can be shared by link and the browser's own Back works.
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

/** What a list shows. */
export type ListView = { filter: string; q: string; sort: string; after: string }

const KEYS = ['filter', 'q', 'sort', 'after'] as const

/** The view that an address asks for. */
export function viewOf(query: LocationQuery): ListView {
  const text = (it: (typeof KEYS)[number]): string => (typeof query[it] === 'string' ? query[it] : '')
  return { filter: text('filter'), q: text('q'), sort: text('sort'), after: text('after') }
}

/** The address of a view, without what is empty. */
export function queryOf(view: ListView): Record<string, string> {
  return Object.fromEntries(KEYS.map((it) => [it, view[it]] as const).filter(([, it]) => it !== ''))
}

/** The view of the page, where it was come from, and a way to change it. Whatever changes what is listed begins on its first page. */
export function useListView(): { view: ComputedRef<ListView>; marks: Ref<string[]>; show: (change: Partial<ListView>, marks?: string[]) => void } {
  const route = useRoute()
  const router = useRouter()
  const view = computed(() => viewOf(route.query))
  // The pages seen before this one belong to the entry of the history: Back and Forward find the number of theirs.
  const marks = ref<string[]>([])
  watch(() => route.fullPath, () => { marks.value = keptOf(history.state).marks }, { immediate: true })
  return { view, marks, show: (change, seen = []) => void router.push({ query: queryOf({ ...view.value, after: '', ...change }), state: { marks: seen } }) }
}

/** What a list has left in an entry of the history. */
export function keptOf(state: unknown): { marks: string[]; row: string } {
  const { marks, row } = (typeof state === 'object' && state !== null ? state : {}) as { marks?: unknown; row?: unknown }
  return { marks: Array.isArray(marks) ? marks.filter((it) => typeof it === 'string') : [], row: typeof row === 'string' ? row : '' }
}

/** Notes the row that is opened, so that Back puts the hand on it. */
export function keepRow(id: string): void {
  history.replaceState({ ...history.state, row: id }, '')
}
