import type { Schemas } from '@yiwang/api-client'
import { mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { describe, expect, it } from 'vitest'
import { display } from '../facts/display'
import TimelineList from './TimelineList.vue'
import { changesOf, filesOf, saidOf } from './content'
import { isAutomatic, sentence } from './sentence'

const steps = [
  { id: 'intake', title: '受理', acts: { file: '立案', reject: '不予受理' } }, { id: 'handle', title: '处置', acts: { reply: '回复', return: '退回', extend: '申请延期' } }, { id: 'dispatch', title: '派遣', acts: { return: '退回受理' } },
  { id: 'void_decide', title: '作废审批', acts: { agree: '同意作废' } },
] as Schemas['Step'][]
const entry = (more: Partial<Schemas['Entry']>): Schemas['Entry'] => ({ seq: 1, version: 1, at: '2026-10-09T09:00:00+08:00', subject_kind: 'staff', subject_name: '沈若兰', department: '受理科', act: 'complete', step: null, outcome: null, comment: null, ...more })

describe('one act as a sentence', () => {
  it.each([
    [{ step: '受理', outcome: 'file' }, '沈若兰(受理科)办理“受理”:立案。'],
    [{ act: 'claim', step: '处置' }, '沈若兰(受理科)在“处置”签收。'],
    [{ act: 'return', step: '处置' }, '沈若兰(受理科)在“处置”退回。'],
    [{ act: 'return', step: '派遣' }, '沈若兰(受理科)在“派遣”退回受理。'],
    [{ act: 'extend', step: '处置' }, '沈若兰(受理科)在“处置”申请延期。'],
    [{ step: '申请延期', outcome: 'agree' }, '沈若兰(受理科)办理“申请延期”:同意。'],
    [{ step: '审批:申请延期', outcome: 'agree' }, '沈若兰(受理科)办理“审批:申请延期”:同意。'],
    [{ act: 'urge', department: null }, '沈若兰催办。'],
    [{ act: 'create' }, '沈若兰(受理科)登记。'],
    [{ act: 'timer', step: '处置', subject_kind: 'job', subject_name: '系统任务 timer' }, '系统按时限处理“处置”。'],
    [{ act: 'rate', subject_kind: 'resident', subject_name: '反映人', department: null }, '反映人评价。'],
    [{ act: 'unheard_of' }, '沈若兰(受理科)unheard_of。'],
  ])('%o', (more, expected) => expect(sentence(entry(more), steps)).toBe(expected))

  it('what the system does by itself is marked', () => expect([isAutomatic(entry({ subject_kind: 'job' })), isAutomatic(entry({}))]).toEqual([true, false]))
})

const register = {
  name: 'r', dictionaries: { kind: [{ code: 'a', title: '甲' }] },
  fields: [{ name: 'title', title: '标题', type: 'text' }, { name: 'kind', title: '类别', type: 'choice', dictionary: 'kind' }, { name: 'photos', title: '照片', type: 'files' }, { name: 'reply', title: '处置情况', type: 'long_text', computed: true }],
  forms: { f: { title: '派遣', fields: [{ name: 'requirement', title: '处置要求', required: false, into: 'none', definition: { name: 'requirement', title: '处置要求', type: 'long_text' } }] } },
} as unknown as Schemas['Register']
const history = [
  entry({ act: 'create', content: { changes: { title: '路灯', photos: ['p1'], kind: null } } as never }),
  entry({ seq: 2, content: { changes: { title: '路灯不亮', kind: 'a', reply: '已换' }, notes: { requirement: '三天修好' } } as never }),
]

describe('what an act left behind', () => {
  it('changes stand beside what was there', () => {
    const all = changesOf(history, register)
    expect(all.get(1)?.map((it) => [it.field.name, it.before, it.after])).toEqual([['title', undefined, '路灯'], ['photos', undefined, ['p1']]])
    expect(all.get(2)?.map((it) => [it.field.name, it.before, it.after])).toEqual([['title', '路灯', '路灯不亮'], ['kind', null, 'a'], ['reply', undefined, '已换']])
  })
  it('an answer is called as the form of its act asks it', () => {
    const ask = (title: string) => ({ title, fields: [{ name: 'requirement', title, required: true, into: 'none', definition: { name: 'requirement', title, type: 'long_text' } }] })
    const forms = { close_rework: ask('返工要求'), dispatch: ask('处置要求') }
    const said = (outcome: string) => saidOf(entry({ outcome, content: { notes: { requirement: '三天修好' } } as never }), { ...register, forms } as unknown as Schemas['Register'])
    expect([said('dispatch')[0]?.title, said('rework')[0]?.title]).toEqual(['处置要求', '返工要求'])
  })
  it('what the form of an act asked is told, what the process wrote beside it is not', () => {
    const fields = ['proposed', 'handler', 'count'].map((name) => ({ name, title: name, type: 'reference', computed: true }))
    const forms = { return: { title: '退回', fields: [{ name: 'proposed', title: '建议的接收单位', required: true, into: 'record' }] } }
    const content = { changes: { proposed: 'huanwei', handler: null, count: 1 } } as never
    expect(saidOf(entry({ act: 'return', content }), { ...register, fields, forms } as unknown as Schemas['Register'], (_, value) => `${String(value)}处`)).toEqual([{ title: 'proposed', text: 'huanwei处' }])
  })
  it('of personal data the history says only that it was there', () => {
    expect(display({ name: 'phone', title: '电话', type: 'phone', sensitive: true } as Schemas['Field'], { digest: '2279' }, { register })).toBe('已填,历史里不留内容')
  })
  it('photos and answers of the form', () => {
    expect(filesOf(history[0], register)).toEqual(['p1'])
    expect(saidOf(history[1], register)).toEqual([{ title: '处置情况', text: '已换' }, { title: '处置要求', text: '三天修好' }])
    expect([filesOf(undefined, register), saidOf(entry({}), register)]).toEqual([[], []])
  })
})

it('the newest stands on top until it is read from the beginning', async () => {
  const entries = [1, 2, 3].map((seq) => entry({ seq, act: 'urge', comment: `第${seq}次` }))
  const wrapper = mount(TimelineList, { props: { entries, register, steps }, global: { plugins: [ElementPlus] } })
  const comments = () => wrapper.findAll('.comment').map((it) => it.text())
  expect(comments()).toEqual(['第3次', '第2次', '第1次'])
  await wrapper.get('button').trigger('click')
  expect(comments()).toEqual(['第1次', '第2次', '第3次'])
})
