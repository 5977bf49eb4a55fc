// The three tables behind a page of figures: the course of the last periods, the chosen period with its totals, and the one before it.
import { computed, type ComputedRef, type Ref } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { api, take } from '@yiwang/api-client'
import { periodsOf, type Period, type Table } from './table'

/** How many periods are offered and drawn. */
const COURSE = 13

export type Asked = { register: string; report: string; /** First day of the chosen period; empty for the latest. */ period: string; /** Only what is before this day; empty for up to now. */ until: string }
export type Tables = {
  course: Ref<Table | undefined>
  periods: ComputedRef<Period[]>
  period: ComputedRef<Period | undefined>
  now: ComputedRef<Table | undefined>
  before: Ref<Table | undefined>
  error: ComputedRef<unknown>
  busy: ComputedRef<boolean>
  /** What is shown is that of another period until the answer comes. */
  old: ComputedRef<boolean>
  again: () => void
}

/** Fetches them. A report over all time has no periods: then the course is the whole table. */
export function useTables(asked: ComputedRef<Asked>): Tables {
  const ask = (query: () => { from?: string; until?: string; last?: number } | null) => useQuery({
    queryKey: computed(() => ['stats', asked.value.register, asked.value.report, query()]),
    queryFn: async (): Promise<Table> => {
      const { register, report } = asked.value
      return take(api.GET('/api/v1/registers/{register}/stats/{report}', { params: { path: { register, report }, query: query() ?? {} } }))
    },
    enabled: computed(() => query() !== null),
    // Another report's figures would stand under this one's title.
    placeholderData: (before, query) => (query?.queryKey[1] === asked.value.register && query.queryKey[2] === asked.value.report ? before : undefined),
    staleTime: 30_000,
  })
  const course = ask(() => (asked.value.until ? { last: COURSE, until: asked.value.until } : { last: COURSE }))
  const periods = computed(() => (course.data.value ? periodsOf(course.data.value) : []))
  const period = computed(() => periods.value.find((it) => it.from === asked.value.period) ?? periods.value[0])
  const chosen = ask(() => (period.value ? { from: period.value.from, until: period.value.until } : null))
  const before = ask(() => (period.value ? { last: 1, until: period.value.from } : null))
  return {
    course: course.data,
    periods,
    period,
    now: computed(() => (period.value ? chosen.data.value : course.data.value)),
    before: before.data,
    error: computed(() => course.error.value ?? chosen.error.value ?? before.error.value),
    busy: computed(() => course.isFetching.value || chosen.isFetching.value),
    old: computed(() => chosen.isPlaceholderData.value || course.isPlaceholderData.value || before.isPlaceholderData.value),
    again: () => void Promise.all([course.refetch(), chosen.refetch(), before.refetch()]),
  }
}
