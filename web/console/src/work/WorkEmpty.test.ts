import { mount } from '@vue/test-utils'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import ElementPlus from 'element-plus'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import WorkEmpty from './WorkEmpty.vue'
import type { Box } from './box'

beforeEach(() => vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({ items: [], next: null, count: { value: 12, exact: true } }), { headers: { 'content-type': 'application/json' } }))))
afterEach(() => vi.unstubAllGlobals())

const draw = (box: Box, q: string, chosen: boolean, stopped = false) => mount(WorkEmpty, { props: { box, q, chosen, stopped }, global: { plugins: [ElementPlus, [VueQueryPlugin, { queryClient: new QueryClient() }]], stubs: { RouterLink: true } } })

it('a search that finds nothing is not told as a box without work', async () => {
  const page = draw('todo', '水井', false)
  await vi.waitFor(() => expect(page.get('[role=status]').text()).toBe('没有符合“水井”的待办。不搜的话有 12 件待办。'))
  await page.get('button').trigger('click')
  expect(page.emitted('change')).toEqual([[{ q: '' }]])
})

it('how many are there without the word is not said over a box that chips narrow too', async () => {
  const page = draw('todo', '水井', true)
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled())
  await new Promise((it) => setTimeout(it, 10))
  expect(page.get('[role=status]').text()).toBe('没有符合“水井”又合条件的待办。')
})

it.each<[Box, string, boolean, string, number]>([
  ['todo', '', false, '没有待办。有新的会自己出现在这里。', 0],
  ['done', '水井', false, '没有符合“水井”的已办。', 1],
  ['done', '水井', true, '没有符合“水井”又合条件的已办。', 2],
  ['cc', '', true, '没有合条件的。减一个条件,或者点“全部显示”。', 0],
])('%s “%s” %s', (box, q, chosen, words, buttons) => {
  const page = draw(box, q, chosen)
  expect([page.get('[role=status]').text(), page.findAll('button').length]).toEqual([words, buttons])
})

it('what was not looked through to the end is not told as nothing there', async () => {
  const page = draw('done', '水井', false, true)
  expect(page.get('[role=status]').text()).toBe('看过的里面还没有找到,后面还有没看的。')
  await page.get('button').trigger('click')
  expect([page.get('button').text(), page.emitted('further')]).toEqual(['再找一些', [[]]])
})
