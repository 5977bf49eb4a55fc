import { expect, it } from 'vitest'
import { computed, nextTick, reactive, ref } from 'vue'
import type { WorkItem } from './box'
import { useFresh } from './fresh'
import type { Rows, View } from './useWork'

const item = (id: string, minute: number) => ({ id, register: 'case', record_id: id, opened_at: `2026-10-19T08:${minute}:00+08:00` }) as WorkItem

it('counts what came, and not what stands on a further page', async () => {
  const view = reactive({ box: 'todo', q: '', register: '' }) as unknown as View
  const data = ref({ pages: [[item('a', 10)]] })
  const query = { data, isPlaceholderData: ref(false) } as unknown as Rows['query']
  const { fresh, unseen } = useFresh(view, query, computed(() => data.value.pages.flat()))
  const show = async (...pages: WorkItem[][]) => {
    data.value = { pages }
    await nextTick()
    return [unseen.value, [...fresh.value]]
  }
  expect(await show([item('a', 10)], [item('b', 30)])).toEqual([0, []])
  expect(await show([item('c', 40), item('a', 10)], [item('b', 30)])).toEqual([1, ['case.c.c']])
  expect(await show([item('c', 40)])).toEqual([1, ['case.c.c']])
  expect(await show([item('d', 50), item('c', 40)])).toEqual([2, ['case.c.c', 'case.d.d']])
  // Another search begins anew: its first page is nothing that came.
  view.q = '水井'
  expect(await show([item('e', 55)])).toEqual([0, []])
})
