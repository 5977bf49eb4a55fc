import { mount } from '@vue/test-utils'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, reactive } from 'vue'
import { isLong, useRows, type Rows, type View } from './useWork'

const item = (id: string, light: string) => ({ id, register: 'case', record_id: id, name: '受理', opened_at: '2026-10-19T08:00:00+08:00', light: { light, word: '', remaining: '' } })
const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const settled = async (): Promise<void> => { for (let n = 0; n < 10; n += 1) await new Promise((it) => setTimeout(it, 5)) }

describe('rows that are looked for', () => {
  let rows: Rows
  let view: View
  const draw = (asked: (url: string) => Response, part: object = { light: 'red' }) => {
    view = reactive({ box: 'todo', q: '', register: '', step: '', light: '', open: '', ...part }) as unknown as View
    const calls = vi.fn(async (request: Request) => asked(request.url))
    vi.stubGlobal('fetch', calls)
    const one = defineComponent(() => {
      rows = useRows(view)
      return () => h('i')
    })
    mount(one, { global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] } })
    return calls
  }
  afterEach(() => vi.unstubAllGlobals())

  it('a page that fails is asked again by hand only, and then it goes on', async () => {
    let broken = true
    const calls = draw((url) => {
      if (!url.includes('after=')) return answer(200, { items: [item('a', 'green')], next: 'x', count: { value: 2, exact: true } })
      return broken ? answer(503, {}) : answer(200, { items: [item('b', 'red')], next: null, count: null })
    })
    await settled()
    await settled()
    expect([calls.mock.calls.length, rows.query.isFetchNextPageError.value, rows.rows.value]).toEqual([2, true, []])
    broken = false
    await rows.query.fetchNextPage()
    await settled()
    expect([calls.mock.calls.length, rows.rows.value.map((it) => it.id)]).toEqual([3, ['b']])
  })
  it('a search says how many it has found by its last page', async () => {
    draw((url) => answer(200, url.includes('after=')
      ? { items: [item('b', 'red')], next: null, count: { value: 1, exact: true } }
      : { items: [], next: 'x', count: { value: 0, exact: false } }), { q: '水井' })
    await vi.waitFor(() => expect(rows.count.value).toEqual({ value: 1, exact: true }))
  })
  it('a filter that is taken off leaves its first page, asked anew, and what it opened behind', async () => {
    let n = 0
    const calls = draw((url) => answer(200, { items: [item(url.includes('after=') ? String((n += 1)) : 'first', 'green')], next: `p${n}`, count: null }))
    await vi.waitFor(() => expect(rows.stopped.value).toBe(true))
    await settled()
    view.light = ''
    await settled()
    expect([calls.mock.calls.length, rows.loaded.value.map((it) => it.id), isLong(rows.query.data.value)]).toEqual([11, ['first'], false])
  })
  it.each<[object, number | null]>([[{ q: '水井' }, null], [{ light: 'red' }, 10]])('%o: what is rare is looked for in ten pages, and in ten more only when asked', async (part, looked) => {
    let n = 0
    const calls = draw(() => answer(200, { items: 'light' in part ? [item(String(n), 'green')] : [], next: `p${(n += 1)}`, count: null }), part)
    const stop = async () => { await vi.waitFor(() => expect(rows.stopped.value).toBe(true)); await settled() }
    await stop()
    expect([calls.mock.calls.length, rows.searching.value, rows.looked.value]).toEqual([10, false, looked])
    rows.more()
    expect(rows.searching.value).toBe(true)
    await stop()
    expect(calls.mock.calls.length).toBe(20)
    expect(isLong(rows.query.data.value)).toBe(true)
  })
})
