// How many tasks wait, for the header and the boxes.
import { computed, type ComputedRef } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { api, take, type Schemas } from '@yiwang/api-client'
import { addWords, t } from '@yiwang/ui-kit/words'

addWords({ 'count.about': '约 {n}' })

export type Count = Schemas['Count']

/** `12`, `约 12,300`. */
export function countWords(count: Count): string {
  const n = count.value.toLocaleString('zh-CN')
  return count.exact ? n : t('count.about', { n })
}

/** What the box 待办 holds; asked anew whenever the boxes are. */
export function useTodoCount(): ComputedRef<Count | null> {
  const { data } = useQuery({
    queryKey: ['tasks', 'count'],
    queryFn: async () => (await take(api.GET('/api/v1/tasks', { params: { query: { box: 'todo', limit: 1 } } }))).count,
  })
  return computed(() => data.value ?? null)
}
