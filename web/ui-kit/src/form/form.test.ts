// The renderer over every type of the register format: what is shown, what is refused before it is sent, what is sent, what stays.
import { ApiError, type Problem, type Schemas } from '@yiwang/api-client'
import { mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import FormView from './FormView.vue'
import { beginIn } from './begin'
import { commentItem, itemsOf, itemsOfRegister, markOf, type FormItem } from './items'
import { useForm, wrongWith } from './state'

const field = (name: string, type: string, more: Partial<Schemas['Field']> = {}): Schemas['Field'] => ({ name, title: `题${name}`, type, required: false, sensitive: false, computed: false, many: false, ...more })

const register = {
  name: 'request', title: '申请', app: 'office', may: ['read', 'update'], reports: [], label: 'title', numbers: [], creates: [],
  dictionaries: {
    kind: [{ code: 'A', title: '道路' }, { code: 'A1', title: '道路破损', parent: 'A', values: { group: 'road' } }, { code: 'A2', title: '占道', parent: 'A' }, { code: 'OLD', title: '旧类', until: '2001-01-01' }],
    reason: [{ code: 'r1', title: '大于半米', values: { kind: 'A1' } }, { code: 'r2', title: '占用人行道', values: { kind: 'A2' } }, { code: 'r3', title: '道路通用', values: { group: 'road' } }, { code: 'other', title: '其他' }],
    yes: [{ code: 'y', title: '好' }, { code: 'n', title: '坏' }],
  },
  forms: {},
  fields: [
    field('title', 'text', { max: 5, required: true }), field('words', 'long_text', { max: 20 }), field('n', 'integer', { min: '1', max_value: '10' }), field('d', 'decimal'), field('fee', 'money'),
    field('agreed', 'boolean', { default: false }), field('sure', 'boolean'), field('day', 'date'), field('at', 'datetime'), field('kind', 'choice', { dictionary: 'kind' }),
    field('reason', 'choice', { dictionary: 'reason', narrowed_by: 'kind' }), field('grade', 'choice', { dictionary: 'yes' }), field('cell', 'reference', { register: 'grid_cell' }), field('place', 'point'),
    field('phone', 'phone', { sensitive: true }), field('name', 'person_name'), field('citizen', 'citizen_id'), field('firm', 'uscc'), field('photos', 'files', { many: true, kinds: ['image'], max_count: 3 }),
    field('limit', 'json', { computed: true }), field('proposal', 'json', { computed: true, parts: [{ part: 'to', like: 'grade' }] }), field('answer', 'long_text', { computed: true }),
  ],
} as unknown as Schemas['Register']

const record = (fields: Record<string, unknown>, masked: string[] = []) => ({ id: '1', version: 3, status: '', label: '', created_at: '', updated_at: '', fields, masked, labels: {} }) as unknown as Schemas['Record']

function draw(names: string[], now: Schemas['Record'] | null = null, required: string[] = []) {
  const form = { title: '表', fields: names.map((name) => ({ name, title: `题${name}`, required: required.includes(name), into: 'record' })) } as Schemas['Form']
  const items = itemsOf(form, register)
  const state = useForm(beginIn(() => now))
  const wrapper = mount(FormView, { props: { items, register, record: now, state, submitText: '提交' }, global: { plugins: [ElementPlus], stubs: { MapView: true } }, attachTo: document.body })
  return { items, state, wrapper }
}

const item = (name: string, required = false): FormItem => itemsOf({ title: '', fields: [{ name, title: `题${name}`, required, into: 'record' }] } as Schemas['Form'], register)[0]!

beforeEach(() => vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({ items: [] }), { status: 200 }))))
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

describe('checks before sending', () => {
  it.each([
    ['title', '六个字太长了', '“题title”超过 5 字,现在 6 字'], ['title', '五个字正好', null],
    ['n', '3.5', '“题n”要写整数'], ['n', '0', '“题n”不能小于 1'], ['n', '11', '“题n”不能大于 10'], ['n', '１０', null],
    ['d', 'x', '“题d”要写数字,例如 12.50'], ['d', '12.50', null], ['fee', '1.234', '“题fee”要写金额,最多到分,例如 1200 或 12.50'], ['fee', '1,200.5', null],
    ['phone', '12345', '“题phone”要写 11 位手机号,或者带区号的固定电话'], ['phone', '139 1234 5678', null], ['phone', '0431-8765432', null],
    ['name', '王', '“题name”要写 2 到 50 个汉字'], ['name', '王小明', null], ['citizen', '1101', '“题citizen”要写 18 位身份证号'], ['citizen', '11010119900307751x', null],
    ['firm', '91', '“题firm”要写 18 位统一社会信用代码'], ['firm', '91350100M000100Y43', null],
  ])('%s %s', (name, value, expected) => expect(wrongWith(item(name), value, 0)).toBe(expected))

  it('what is asked for has to be there, and is named', () => {
    expect(wrongWith(item('words', true), '  ', 0)).toBe('没有填“题words”')
    expect(wrongWith(item('kind', true), null, 0)).toBe('没有选“题kind”')
    expect(wrongWith(item('sure', true), false, 0)).toBeNull()
    expect(wrongWith(item('photos', true), [], 0)).toBe('没有加“题photos”')
  })

  it('files on their way hold the form', () => expect(wrongWith(item('photos'), ['1'], 2)).toBe('还有 2 个没有传上,等传完、再传或者去掉,再提交'))

  it('the rarer word marks', () => {
    expect(markOf([item('title', true), item('words'), item('n')])).toBe('required')
    expect(markOf([item('title', true), item('words', true), item('n')])).toBe('optional')
  })

  it('where everything has to be answered that is said once, of a single question by its mark', () => {
    const said = (...required: string[]) => {
      const { wrapper } = draw(['words', 'n'].slice(0, Math.max(required.length, 1)), null, required)
      return [wrapper.find('.form > .all').exists(), wrapper.findAll('.mark').map((it) => it.text()).join()]
    }
    expect([said('words', 'n'), said('words'), said()]).toEqual([[true, ''], [false, '必填'], [false, '']])
  })
})

describe('drawing', () => {
  it('every type has a control with its name', { timeout: 60_000 }, () => {
    const names = itemsOfRegister(register).map((it) => it.name)
    const { wrapper } = draw(names)
    for (const name of names) {
      const row = wrapper.get(`[data-field="${name}"]`)
      expect(row.text(), name).toContain(`题${name}`)
      expect(row.find('input, textarea, [id]').exists(), name).toBe(true)
    }
  })

  it('labels, help and errors belong to their control', async () => {
    const { wrapper, state } = draw(['title', 'words'], null, ['title'])
    await wrapper.get('form').trigger('submit')
    const input = wrapper.get('[data-field="title"] input')
    expect(wrapper.get('[data-field="title"] label').attributes('for')).toBe(input.attributes('id'))
    expect(input.attributes('aria-invalid')).toBe('true')
    expect(wrapper.get(`#${input.attributes('aria-describedby')}`).text()).toBe('没有填“题title”')
    expect(wrapper.get('[role=alert]').text()).toContain('有 1 处要改')
    expect(wrapper.emitted('submit')).toBeUndefined()
    await input.setValue('路灯')
    expect(state.errors.title).toBeUndefined()
    await wrapper.get('form').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await nextTick()
    expect(wrapper.emitted('submit')).toHaveLength(1)
  })

  it('Ctrl+Enter sends from a list and from a calendar too', async () => {
    const { wrapper } = draw(['kind', 'day'])
    for (const [n, name] of ['kind', 'day'].entries()) {
      await wrapper.get(`[data-field="${name}"] input`).trigger('keydown', { key: 'Enter', ctrlKey: true })
      await nextTick()
      expect(wrapper.emitted('submit'), name).toHaveLength(n + 1)
    }
  })

  it('a photo on its way goes on while its form is not on the screen', async () => {
    const { wrapper, state } = draw(['photos'])
    const requests: { onload?: () => void; status: number; response: unknown; abort: () => void }[] = []
    vi.stubGlobal('XMLHttpRequest', class {
      upload = {}
      status = 0
      response: unknown = null
      abort = vi.fn()
      constructor() { requests.push(this) }
      open(): void {}
      setRequestHeader(): void {}
      send(): void {}
    })
    const input = wrapper.get<HTMLInputElement>('[data-field="photos"] input')
    Object.defineProperty(input.element, 'files', { value: [new File(['x'], 'a.pdf', { type: 'application/pdf' })] })
    await input.trigger('change')
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    wrapper.unmount()
    const request = requests[0]!
    expect(state.touched.value).toBe(true)
    expect(request.abort).not.toHaveBeenCalled()
    Object.assign(request, { status: 201, response: { id: 'f1' } })
    request.onload?.()
    await vi.waitFor(() => expect(state.values.photos).toEqual(['f1']))
    expect(state.busy.photos).toBe(0)
  })

  it('what a step writes is asked anew, the last answer is offered', async () => {
    const { wrapper, items, state } = draw(['title', 'answer'], record({ title: '路灯', answer: '已修好' }))
    expect(wrapper.get<HTMLInputElement>('[data-field="title"] input').element.value).toBe('路灯')
    expect(wrapper.get<HTMLTextAreaElement>('[data-field="answer"] textarea').element.value).toBe('')
    expect(wrapper.get('[data-field="answer"] .offer').text()).toContain('上次:已修好')
    await wrapper.get('[data-field="answer"] .offer button').trigger('click')
    expect(state.changes(items)).toEqual({ answer: '已修好' })
  })

  it('what a decision proposes is offered', async () => {
    const { wrapper, items, state } = draw(['grade'], record({ proposal: { to: 'n' } }))
    expect(wrapper.get('.offer').text()).toContain('建议:坏')
    await wrapper.get('.offer button').trigger('click')
    expect(state.changes(items)).toEqual({ grade: 'n' })
  })

  it('a choice narrowed by another waits for that, and is emptied with a word when it no longer fits', async () => {
    const { wrapper, state } = draw(['kind', 'reason'], null, ['kind', 'reason'])
    const row = () => wrapper.get('[data-field="reason"]')
    expect([row().find('input:disabled').exists(), row().text().includes('先选题kind')]).toEqual([true, true])
    state.set('kind', 'A1')
    await nextTick()
    expect(row().findAll<HTMLInputElement>('input[type=radio]').map((it) => it.element.value)).toEqual(['r1', 'r3', 'other'])
    state.set('reason', 'r1')
    state.set('kind', 'A2')
    await nextTick()
    await nextTick()
    expect([state.values.reason, row().get('.note').text()]).toEqual([null, '“题kind”改了,请重新选。'])
    state.set('reason', 'other')
    state.set('kind', null)
    await nextTick()
    await nextTick()
    expect([state.values.reason, row().find('input:disabled').exists()]).toEqual([null, true])
  })

  it('a masked value is never edited, only replaced', () => {
    const { wrapper, items, state } = draw(['phone'], record({ phone: '139****5678' }, ['phone']))
    expect(wrapper.get<HTMLInputElement>('input').element.value).toBe('')
    expect(wrapper.text()).toContain('现在是 139****5678')
    expect(state.changes(items)).toEqual({})
  })
})

describe('sending', () => {
  it('only what was changed goes, in the types of the API', () => {
    const { items, state } = draw(['title', 'n', 'fee', 'at', 'words', 'agreed', 'photos'], record({ title: '路灯', n: 3, at: '2026-10-09T16:30:00+08:00', words: '有', agreed: false }))
    state.set('n', '５')
    state.set('fee', '1,200.5')
    state.set('at', '2026-10-09T16:30')
    state.set('words', '')
    state.set('title', '路灯')
    state.set('photos', ['a'])
    expect(state.changes(items)).toEqual({ n: 5, fee: '1200.5', words: null, photos: ['a'] })
  })

  it('a refusal stands at its field, the rest on top, and every word stays', async () => {
    const { wrapper, items, state } = draw(['title', 'cell', 'place'])
    state.set('title', '路灯')
    const problem = { code: 'invalid', detail: '有 2 处需要修改', title: '', status: 422, type: '', instance: '', errors: [
      { field: 'title', rule: 'x', message: '标题太短', remedy: '写具体些' }, { field: 'hidden', rule: 'x', message: '缺来源', remedy: '' }] } as Problem
    ;(wrapper.vm as unknown as { refuse: (it: unknown) => void }).refuse(new ApiError(422, problem))
    await nextTick()
    expect(wrapper.get('[data-field="title"] .error').text()).toBe('标题太短。写具体些')
    expect(wrapper.get('[role=alert]').text()).toContain('缺来源')
    expect(state.changes(items)).toEqual({ title: '路灯' })
  })

  it('two faults of one field stay two sentences', async () => {
    const { wrapper, state, items } = draw(['title'])
    const errors = [['标题太短', '写具体些'], ['标题和别的案卷一样。', '']].map(([message, remedy]) => ({ field: 'title', rule: 'x', message, remedy }))
    state.refuse(new ApiError(422, { code: 'invalid', detail: '有 2 处需要修改', title: '', status: 422, type: '', instance: '', errors } as Problem), items)
    await nextTick()
    expect(wrapper.get('[data-field="title"] .error').text()).toBe('标题太短。写具体些。标题和别的案卷一样。')
  })

  it('an unreachable server is said, and every word stays', async () => {
    const { wrapper, items, state } = draw(['title'])
    state.set('title', '路灯')
    state.refuse(new ApiError(0, null), items)
    await nextTick()
    expect(wrapper.get('[role=alert]').text()).toContain('连不上服务器')
    expect(state.changes(items)).toEqual({ title: '路灯' })
  })

  it('a place on a border becomes a question with answers', async () => {
    const { wrapper, items, state } = draw(['place', 'cell'])
    const errors = ['1', '2'].map((it) => ({ field: 'cell', rule: `choose:${it}`, message: `第${it}社区`, remedy: '' }))
    state.refuse(new ApiError(422, { code: 'place-on-border', detail: '在边界上', title: '', status: 422, type: '', instance: '', errors } as Problem), items)
    await nextTick()
    const radios = wrapper.findAll<HTMLInputElement>('[data-field="cell"] input[type=radio]')
    expect(radios.map((it) => it.element.value)).toEqual(['1', '2'])
    await radios[1]!.setValue(true)
    expect(state.changes(items)).toEqual({ cell: '2' })
  })

  it('the comment goes beside the form', () => {
    const items = [commentItem(true)]
    const state = useForm(() => null)
    expect(state.check(items)).toBe(false)
    state.set('comment', ' 请尽快 ')
    expect(state.check(items)).toBe(true)
    expect([state.changes(items), state.comment()]).toEqual([{}, ' 请尽快 '])
  })
})
