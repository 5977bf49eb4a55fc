import { describe, expect, it } from 'vitest'
import { group, keyOf, Newcomers, read, urgencyOf, type WorkItem } from './box'

const NOW = new Date('2026-10-19T10:00:00+08:00')

function item(id: string, part: Partial<WorkItem> = {}): WorkItem {
  return { id, register: 'thing', record_id: `r${id}`, element: 'look', name: '受理', opened_at: '2026-10-19T08:00:00+08:00', ...part }
}
const light = (it: 'green' | 'amber' | 'red'): WorkItem['light'] => ({ light: it, word: '', remaining: '' })

describe('urgency', () => {
  const cases: [string, Partial<WorkItem>, string][] = [
    ['a red light is late', { light: light('red'), due_at: '2026-10-19T09:00:00+08:00' }, 'late'],
    ['due earlier without a light is late', { due_at: '2026-10-19T09:59:00+08:00' }, 'late'],
    ['due today', { light: light('amber'), due_at: '2026-10-19T17:30:00+08:00' }, 'today'],
    ['the day is that of the office: 23:59 there is still today', { light: light('green'), due_at: '2026-10-19T15:59:00Z' }, 'today'],
    ['midnight of the office begins tomorrow', { light: light('green'), due_at: '2026-10-19T16:00:00Z' }, 'later'],
    ['a paused clock past its day is not late while its light is not red', { light: light('green'), due_at: '2026-10-18T09:00:00+08:00' }, 'today'],
    ['without a deadline it can wait', {}, 'later'],
  ]
  it.each(cases)('%s', (_, part, wanted) => expect(urgencyOf(item('1', part), NOW)).toBe(wanted))
})

describe('groups', () => {
  it('stand in the order of urgency, rows as they came, empty groups left out', () => {
    const rows = [item('1', { due_at: '2026-10-25T09:00:00+08:00' }), item('2', { light: light('red') }), item('3', { light: light('red') })]
    expect(group('todo', rows, NOW).map((it) => [it.urgency, it.items.map((one) => one.id)])).toEqual([
      ['late', ['2', '3']],
      ['later', ['1']],
    ])
  })
  it('only the box of open tasks has them', () => {
    expect(group('done', [item('1', { light: light('red') })], NOW).map((it) => it.urgency)).toEqual([null])
    expect(group('done', [], NOW)).toEqual([])
  })
})

describe('keys of rows', () => {
  it('name register, record and task', () => expect(read(keyOf(item('7')))).toEqual({ register: 'thing', record: 'r7', task: '7' }))
  it('do without a task', () => expect(read(keyOf(item('7', { id: null })))).toEqual({ register: 'thing', record: 'r7', task: undefined }))
  it('a broken one opens nothing', () => expect(read('thing')).toBeNull())
})

describe('newcomers', () => {
  const at = (minute: string): Partial<WorkItem> => ({ opened_at: `2026-10-19T08:${minute}:00+08:00` })
  it('are those that were opened after everything seen before', () => {
    const it = new Newcomers()
    expect(it.look([item('1', at('10')), item('2', at('20'))])).toEqual([])
    expect(it.look([item('3', at('30')), item('1', at('10')), item('2', at('20'))])).toEqual([keyOf(item('3'))])
  })
  it('a row that moves up from a later page is none', () => {
    const it = new Newcomers()
    it.look([item('1', at('10')), item('2', at('20'))])
    expect(it.look([item('1', at('10')), item('9', at('05'))])).toEqual([])
  })
  it('a task put back is none', () => {
    const it = new Newcomers()
    it.look([item('1', at('10')), item('2', at('20'))])
    it.look([item('1', at('10'))])
    expect(it.look([item('1', at('10')), item('2', at('20'))])).toEqual([])
  })
  it('after an empty box every task is one; after another search none', () => {
    const it = new Newcomers()
    it.look([])
    expect(it.look([item('1', at('10'))])).toHaveLength(1)
    it.forget()
    expect(it.look([item('2', at('50'))])).toEqual([])
  })
})
