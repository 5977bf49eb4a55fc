import { mount, type VueWrapper } from '@vue/test-utils'
import type { Schemas } from '@yiwang/api-client'
import ElementPlus from 'element-plus'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { anyUnsent, draftsOn, forget, isUnsent } from '../drafts'
import { me } from '../session'
import ActPanel from './ActPanel.vue'

const register = { name: 'case', title: '案件', fields: [], forms: {}, dictionaries: {}, numbers: [], label: 'title' } as unknown as Schemas['Register']
const record = { id: 'r1', version: 1, fields: {}, masked: [], labels: {} } as unknown as Schemas['Record']
const act = { act: 'complete', title: '审批', form: null, comment_required: false, outcomes: [{ id: 'agree', title: '同意', form: null, comment_required: false }] }
const request = (id: string, name: string): Schemas['Task'] => ({ id, name, element: 'approve', state: 'open', acts: [act], forms: {}, hindrance: null, holder: null, lease: null, request: null } as unknown as Schemas['Task'])
const [extension, suspension] = [request('t1', '申请延期'), request('t2', '申请挂账')]
const both = [extension, suspension].map(({ id, name }) => ({ id, name, element: 'approve', mine: true, opened_at: '' }))
const known = { busy: false, error: null, retry: () => undefined }

describe('what is typed for an act', () => {
  let panel: VueWrapper
  const draw = (task: Schemas['Task'], tasks = both, entries: Schemas['Entry'][] = []): VueWrapper => mount(ActPanel, {
    props: { register, record, tasks, task, acts: null, part: known, steps: [], entries, history: null, level: 2 }, global: { plugins: [ElementPlus] }, attachTo: document.body,
  }) as VueWrapper
  const box = () => panel.find<HTMLTextAreaElement>('.act-form textarea')
  async function type(words: string): Promise<void> {
    await panel.get('.buttons button').trigger('click')
    await box().setValue(words)
  }

  beforeEach(() => {
    me.value = { id: 'anna', name: '安娜', kind: 'staff', posts: [], demo: false } as unknown as Schemas['Me']
    panel = draw(extension)
  })
  afterEach(() => {
    panel.unmount()
    draftsOn('r1').forEach(forget)
    vi.unstubAllGlobals()
  })

  it('belongs to its task: another request with the same act has nothing of it', async () => {
    await type('延期的理由充分')
    await panel.setProps({ task: suspension })
    expect(box().exists()).toBe(false)
    await panel.get('.buttons button').trigger('click')
    expect(box().element.value).toBe('')
    await panel.setProps({ task: extension })
    expect(box().element.value).toBe('延期的理由充分')
  })

  it('goes to its own task when it is sent', async () => {
    const asked = vi.fn(async (_: Request) => new Response('{}', { status: 200, headers: { 'content-type': 'application/json' } }))
    vi.stubGlobal('fetch', asked)
    await type('同意延期')
    await panel.get('.act-form form').trigger('submit')
    await vi.waitFor(() => expect(panel.emitted('done')).toHaveLength(1))
    const sent = asked.mock.calls[0]?.[0] as Request
    expect([new URL(sent.url).pathname, (await sent.json() as { comment: string }).comment]).toEqual(['/api/v1/tasks/t1/complete', '同意延期'])
    expect(draftsOn('r1')).toEqual([])
    await nextTick()
    expect(panel.element.contains(document.activeElement)).toBe(true)
  })

  it('is done with the reason in sight, unless the request says it itself', () => {
    const back = { seq: 5, act: 'return', step: '处置', subject_kind: 'staff', subject_name: '梁大勇', department: '市政处', comment: '这一段由环卫负责', at: '2026-11-22T17:09:15+08:00' } as Schemas['Entry']
    const opened = { seq: 6, act: 'claim', subject_kind: 'staff', subject_name: '陆一帆' } as Schemas['Entry']
    panel.unmount()
    panel = draw(extension, both, [back, opened])
    expect(panel.get('.cause').text()).toContain('梁大勇(市政处)在“处置”退回。')
    expect(panel.get('.cause .words').text()).toBe('这一段由环卫负责')
    panel.unmount()
    panel = draw({ ...extension, request: { act: 'extend', form: {}, comment: '等材料' } } as unknown as Schemas['Task'], both, [back, opened])
    expect([panel.find('.cause').exists(), panel.get('.asked').text().includes('等材料')]).toEqual([false, true])
  })

  it('is there to be copied when its task is gone, and only then thrown away by hand', async () => {
    await type('延期的理由充分')
    await panel.setProps({ task: suspension, tasks: both.slice(1) })
    expect(panel.get('.kept').text()).toContain('延期的理由充分')
    await panel.get('.kept button').trigger('click')
    expect([panel.find('.kept').exists(), anyUnsent()]).toEqual([false, false])
  })

  const refuse = { id: 'refuse', title: '不同意', form: null, comment_required: false }
  const two = { ...extension, acts: [{ ...act, outcomes: [...act.outcomes, refuse] }] } as unknown as Schemas['Task']
  /** Types for one outcome, leaves it, and does the other. */
  async function answerOtherwise(): Promise<void> {
    vi.stubGlobal('fetch', vi.fn(async () => new Response('{}', { status: 200, headers: { 'content-type': 'application/json' } })))
    await panel.setProps({ task: two })
    await panel.findAll('.buttons button')[1]!.trigger('click')
    await box().setValue('理由不够')
    await box().trigger('keydown', { key: 'Escape' })
    await type('同意延期')
    await panel.get('.act-form form').trigger('submit')
    await vi.waitFor(() => expect(panel.emitted('done')).toHaveLength(1))
  }

  it('is shown once more when an own act ended its task, asked about no longer, and goes with the page', async () => {
    await answerOtherwise()
    expect([anyUnsent(), panel.find('.kept').exists()]).toEqual([true, false])
    await panel.setProps({ task: { ...two, state: 'done' }, tasks: both.slice(1) })
    expect([anyUnsent(), isUnsent('r1', 't1')]).toEqual([false, false])
    for (const words of ['“不同意”不能再办了。', '理由不够', '离开这一件以后不再保留。']) expect(panel.get('.kept').text()).toContain(words)
    panel.unmount()
    expect(draftsOn('r1')).toEqual([])
  })

  it('stays when an own act left its task open', async () => {
    await answerOtherwise()
    await panel.setProps({ task: { ...two } })
    panel.unmount()
    expect([draftsOn('r1').length, anyUnsent()]).toEqual([1, true])
  })

  it('is asked about when a colleague ended its task after an own act that did not', async () => {
    await answerOtherwise()
    await panel.setProps({ task: { ...two } })
    ;(panel.vm as unknown as { settled: () => void }).settled()
    await panel.setProps({ task: { ...two, state: 'done' }, tasks: both.slice(1) })
    expect([anyUnsent(), panel.get('.kept').text().includes('理由不够')]).toEqual([true, true])
  })

  it('is not told as lost while a colleague only holds the task', async () => {
    await type('延期的理由充分')
    await panel.setProps({ task: { ...extension, acts: [], hindrance: '别人正在办', holder: { id: 'bert', name: '伯特' } } })
    expect([panel.find('.kept').exists(), anyUnsent()]).toEqual([false, true])
    await panel.setProps({ task: extension })
    expect(box().element.value).toBe('延期的理由充分')
  })

  it('can be thrown away when nothing is left of it but files that did not arrive', async () => {
    await type('')
    draftsOn('r1')[0]!.state.busy.photos = 2
    await panel.setProps({ task: suspension, tasks: both.slice(1) })
    expect(panel.get('.kept').text()).toContain('有 2 个文件没有传上。')
    await panel.get('.kept button').trigger('click')
    expect([panel.find('.kept').exists(), anyUnsent()]).toEqual([false, false])
  })

  it('begins with what the page that shows it has read', async () => {
    await type('还没写完')
    panel.unmount()
    const newer = { ...record, version: 2 }
    panel = draw(extension)
    await panel.setProps({ record: newer })
    expect(draftsOn('r1')[0]?.source.value()).toBe(newer)
  })

  it('outlives the panel, marks its row, and is open again', async () => {
    await type('还没写完')
    panel.unmount()
    expect([isUnsent('r1', 't1'), isUnsent('r1', 't2'), isUnsent('r2', 't1'), anyUnsent()]).toEqual([true, false, false, true])
    panel = draw(extension)
    await nextTick()
    expect(box().element.value).toBe('还没写完')
  })

  it('is not told as a step that is gone while what can be done is only being asked', async () => {
    await type('还没写完')
    await panel.setProps({ task: null as unknown as Schemas['Task'], part: { ...known, busy: true } })
    expect([panel.find('.kept').exists(), panel.text().includes('没有本人要办的事')]).toEqual([false, false])
    expect(box().element.value).toBe('还没写完')
  })

  it('Esc leaves the form and keeps the words', async () => {
    await type('还没写完')
    await box().trigger('keydown', { key: 'Escape' })
    expect(box().exists()).toBe(false)
    expect(panel.get('.unsent').text()).toContain('“同意”填了,还没有提交')
  })
})
