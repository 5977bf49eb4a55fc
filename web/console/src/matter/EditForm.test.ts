import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import type { Schemas } from '@yiwang/api-client'
import type { Queue } from '@yiwang/ui-kit/form/widgets/files/queue'
import ElementPlus from 'element-plus'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { draftsOn, forget } from '../drafts'
import { me } from '../session'
import ReportedPanel from './ReportedPanel.vue'

const field = (name: string, type: string) => ({ name, title: name, type, required: false, sensitive: false, computed: false, many: type === 'files' })
const register = { name: 'case', title: '案件', fields: [field('title', 'text'), field('photos', 'files')], forms: {}, dictionaries: {}, numbers: [], label: 'title', may: ['update'] } as unknown as Schemas['Register']
const record = (version: number, fields: object) => ({ id: 'r1', version, fields, masked: [], labels: {} }) as unknown as Schemas['Record']

describe('a kept change of the record', () => {
  let panel: VueWrapper
  let now: Schemas['Record']
  const asked = vi.fn<(request: Request) => Promise<Response>>()
  const button = (words: string) => panel.findAll('button').find((it) => it.text() === words)!
  const draw = (): VueWrapper => mount(ReportedPanel, { props: { register, record: now, last: undefined, level: 2, reload: () => read(now) }, global: { plugins: [ElementPlus], stubs: { MapView: true } } }) as VueWrapper
  /** The page reads the record again. */
  async function read(it: Schemas['Record']): Promise<void> {
    now = it
    await panel.setProps({ record: it })
  }
  const matched = () => asked.mock.calls.map(([it]) => it.headers.get('If-Match'))

  beforeEach(() => {
    me.value = { id: 'anna', name: '安娜', kind: 'staff', posts: [], demo: false } as unknown as Schemas['Me']
    asked.mockReset()
    vi.stubGlobal('fetch', asked)
    now = record(1, { title: '井盖', photos: ['a'] })
    panel = draw()
  })
  afterEach(() => {
    panel.unmount()
    draftsOn('r1').forEach(forget)
    vi.unstubAllGlobals()
  })

  it('goes against the version it was typed over, and over a newer one only when that was seen', async () => {
    asked.mockImplementation(async () => new Response(JSON.stringify({ code: 'stale', detail: '已被改过' }), { status: asked.mock.calls.length > 1 ? 200 : 412, headers: { 'content-type': 'application/json' } }))
    await button('编辑').trigger('click')
    await panel.get('input').setValue('井盖坏了')
    await button('取消').trigger('click')
    await read(record(2, { title: '井盖缺失', photos: ['a'] }))
    await button('接着填').trigger('click')
    await panel.get('form').trigger('submit')
    await flushPromises()
    expect([matched(), panel.get('.edit .note').text()]).toEqual([['"1"'], expect.stringContaining('核对后再提交')])
    await panel.get('form').trigger('submit')
    await flushPromises()
    expect([matched(), draftsOn('r1')]).toEqual([['"1"', '"2"'], []])
  })

  it('adds photos to those that are there now, also to those a colleague added', async () => {
    const ids = () => (draftsOn('r1')[0]?.state.kept.get('photos') as Queue).ids.value
    await button('编辑').trigger('click')
    expect(ids()).toEqual(['a'])
    await button('取消').trigger('click')
    await read(record(2, { title: '井盖', photos: ['a', 'b'] }))
    expect(ids()).toEqual(['a', 'b'])
    panel.unmount()
    now = record(3, { title: '井盖', photos: ['a', 'b', 'c'] })
    panel = draw()
    await button('编辑').trigger('click')
    expect([ids(), panel.findAll('.tile').length]).toEqual([['a', 'b', 'c'], 3])
  })
})
