// The view of a list lives in the address bar, so that it can be shared by link and the browser's own Back works.
import { computed, type ComputedRef } from 'vue'
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

/** The view of the page, and a way to change it. Whatever changes what is listed begins on its first page. */
export function useListView(): { view: ComputedRef<ListView>; show: (change: Partial<ListView>) => void } {
  const route = useRoute()
  const router = useRouter()
  const view = computed(() => viewOf(route.query))
  return { view, show: (change) => void router.push({ query: queryOf({ ...view.value, after: '', ...change }) }) }
}
