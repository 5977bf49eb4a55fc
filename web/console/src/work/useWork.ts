// The view of the work page: which box, searched and filtered how, which matter is open. All of it stands in the address bar.
import { computed, reactive, watch } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { useInfiniteQuery } from '@tanstack/vue-query'
import { api, take } from '@yiwang/api-client'
import { BOXES, type Box, type WorkItem } from './box'

const PAGE = 100
/** So many rows are looked through for a filter that the server does not know, before the page says that it stopped. */
const LOOKED_THROUGH = 1_000

const KEYS = ['box', 'q', 'register', 'step', 'light', 'open'] as const
type Key = (typeof KEYS)[number]

/** The part of a view in which nothing narrows a box. */
export const UNFILTERED = { q: '', register: '', step: '', light: '' }

/** The address bar as a view. */
export function useView() {
  const route = useRoute()
  const router = useRouter()
  const one = (key: Key): string => {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }
  const view = reactive({
    box: computed((): Box => BOXES.find((it) => it === one('box')) ?? 'todo'),
    q: computed(() => one('q')),
    register: computed(() => one('register')),
    step: computed(() => one('step')),
    light: computed(() => one('light')),
    open: computed(() => one('open')),
  })
  /** Changes parts of the view; what is opened can be gone back from, filters replace one another. */
  async function change(part: Partial<Record<Key, string>>): Promise<void> {
    const query: LocationQueryRaw = { ...route.query, ...part }
    if (query.box === 'todo') delete query.box
    for (const key of KEYS) if (query[key] === '') delete query[key]
    const to = { name: 'work', query }
    await (part.open !== undefined ? router.push(to) : router.replace(to))
  }
  return { view, change }
}

export type View = ReturnType<typeof useView>['view']

/** Whether a row passes the filters that are looked at here. */
export function passes(item: WorkItem, view: Pick<View, 'step' | 'light'>): boolean {
  return (!view.step || item.name === view.step) && (!view.light || item.light?.light === view.light)
}

/** The rows of a view, page by page. */
export function useRows(view: View) {
  const query = useInfiniteQuery({
    queryKey: ['tasks', 'box', () => view.box, () => view.q, () => view.register],
    queryFn: ({ pageParam }) => {
      const asked = { box: view.box, limit: PAGE, q: view.q || undefined, register: view.register || undefined, after: pageParam || undefined }
      return take(api.GET('/api/v1/tasks', { params: { query: asked } }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    // The rows of another box would stand under this one's name.
    placeholderData: (before, query) => (query?.queryKey[2] === view.box ? before : undefined),
    refetchInterval: 60_000,
  })
  const loaded = computed(() => query.data.value?.pages.flatMap((it) => it.items) ?? [])
  const rows = computed(() => loaded.value.filter((it) => passes(it, view)))
  const narrowed = computed(() => Boolean(view.step || view.light))
  const stopped = computed(() => narrowed.value && query.hasNextPage.value && loaded.value.length >= LOOKED_THROUGH)
  const count = computed(() => query.data.value?.pages[0]?.count ?? null)
  // A filter looked at here must see the rows first. A page that failed is asked again by hand only.
  // What the server searches comes in stretches that may hold little or nothing yet.
  const wanted = computed(() => (narrowed.value ? LOOKED_THROUGH : view.q || view.register ? PAGE : 0))
  watch([wanted, loaded, query.hasNextPage, query.isFetching, query.isFetchNextPageError], () => {
    const may = query.hasNextPage.value && !query.isFetching.value && !query.isFetchNextPageError.value
    if (may && loaded.value.length < wanted.value) void query.fetchNextPage()
  })
  return { query, loaded, rows, narrowed, stopped, count }
}

export type Rows = ReturnType<typeof useRows>
