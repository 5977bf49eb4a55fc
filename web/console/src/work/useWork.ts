// The view of the work page: which box, searched and filtered how, which matter is open. All of it stands in the address bar.
import { computed, reactive, ref, watch } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/vue-query'
import { api, take } from '@yiwang/api-client'
import { BOXES, type Box, type WorkItem } from './box'

const PAGE = 100
/** So many pages are gone through by themselves for a word or a filter; then the reader says whether to go on. */
const STRETCH = 10
/** A box with more pages open is not asked again by itself: every piece of news would go through all of them. */
const FEW = 3

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

/** Whether so much of a box is open that news of others do not ask for it again. */
export function isLong(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages) && data.pages.length > FEW
}

/** The rows of a view, page by page. */
export function useRows(view: View) {
  const client = useQueryClient()
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
    refetchInterval: (it) => (isLong(it.state.data) ? false : 60_000),
  })
  const loaded = computed(() => query.data.value?.pages.flatMap((it) => it.items) ?? [])
  const rows = computed(() => loaded.value.filter((it) => passes(it, view)))
  const pages = computed(() => query.data.value?.pages.length ?? 0)
  // A search knows more with every page; at its first one it may have found nothing yet.
  const count = computed(() => query.data.value?.pages.at(-1)?.count ?? null)
  const narrowed = computed(() => Boolean(view.step || view.light))
  const searched = computed(() => Boolean(view.q || view.register))
  // A filter looked at here must see the rows first; what the server searches comes in stretches that may hold little or nothing yet.
  const enough = computed(() => !narrowed.value && (!searched.value || loaded.value.length >= PAGE))
  const limit = ref(STRETCH)
  watch(() => [view.box, view.q, view.register, view.step, view.light], () => { limit.value = STRETCH })
  // What a filter had opened page by page nobody asked for without it, and so long a box is not asked again by itself.
  watch(narrowed, (still) => {
    if (still || !isLong(query.data.value)) return
    const key = ['tasks', 'box', view.box, view.q, view.register]
    client.setQueryData<InfiniteData<unknown, string>>(key, (all) => all && { pages: all.pages.slice(0, 1), pageParams: all.pageParams.slice(0, 1) })
    void query.refetch()
  })
  const wanting = computed(() => query.hasNextPage.value && !enough.value)
  /** More comes by itself. */
  const searching = computed(() => wanting.value && pages.value < limit.value)
  const stopped = computed(() => wanting.value && pages.value >= limit.value)
  /** How many rows a filter was held against when it stopped, where that is known. */
  const looked = computed(() => (stopped.value && !searched.value ? loaded.value.length : null))

  // A page that failed is asked again by hand only.
  watch([searching, pages, query.isFetching, query.isFetchNextPageError], () => {
    if (searching.value && !query.isFetching.value && !query.isFetchNextPageError.value) void query.fetchNextPage()
  }, { immediate: true })

  /** On by hand: the next page, or another stretch of what is searched. */
  function more(): void {
    if (enough.value) void query.fetchNextPage()
    else limit.value = Math.max(limit.value, pages.value) + STRETCH
  }

  return { query, loaded, rows, narrowed, searching, stopped, looked, count, more }
}

export type Rows = ReturnType<typeof useRows>
