import { beforeEach, describe, expect, it } from 'vitest'
import type { Schemas } from '@yiwang/api-client'
import { cellOf, countText } from './cell'
import { columnsOf, nextSort, usualColumns } from './columns'
import { readKept, writeKept } from './kept'
import { keepRow, keptOf, queryOf, viewOf } from './view'

const field = (name: string, type: string, more: Partial<Schemas['Field']> = {}): Schemas['Field'] => ({ name, title: name, type, required: false, sensitive: false, computed: false, many: false, ...more })
const REGISTER = {
  name: 'case', title: '案卷', app: 'x', may: ['read'], reports: [], label: 'title', process: 'case', key: null, numbers: ['number'], place: null, forms: {}, creates: [], states: 'states',
  dictionaries: { states: [{ code: 'OPEN', title: '待办' }] },
  fields: [
    field('number', 'text'), field('title', 'text'), field('text', 'long_text'), field('at', 'datetime'), field('phone', 'phone', { sensitive: true }), field('where', 'point'), field('photos', 'files', { many: true }),
    field('kind', 'choice'), field('unit', 'reference', { register: 'department' }), field('place', 'reference', { register: 'division' }), field('amount', 'money'), field('n', 'integer'),
  ],
} as unknown as Schemas['Register']
const RECORD = { id: '1', version: 1, status: 'OPEN', status_title: null, label: 'a', created_at: '2026-10-01T00:00:00+08:00', updated_at: '', masked: ['phone'], labels: { unit: '市政处' }, fields: { unit: 'shizheng', phone: '138****0000', n: 12345, amount: '1234.50' } } as unknown as Schemas['Record']
const column = (name: string) => columnsOf(REGISTER).find((it) => it.name === name)

describe('columns', () => {
  it('begin with the name and leave out what no cell can hold', () => {
    const names = columnsOf(REGISTER).map((it) => it.name)
    expect(names.slice(0, 3)).toEqual(['title', 'status', 'number'])
    expect(names).not.toContain('photos')
    expect(usualColumns(REGISTER)).toEqual(['title', 'status', 'number', 'at', 'kind', 'unit', 'place'])
  })

  it('are sorted only where the server can', () => {
    expect([column('phone')?.sortable, column('where')?.sortable, column('at')?.sortable, column('status')?.sortable]).toEqual([false, false, true, true])
    expect([nextSort('', 'at'), nextSort('at', 'at'), nextSort('-at', 'at'), nextSort('-at', 'n')]).toEqual(['at', '-at', '', 'n'])
  })
})

describe('cells', () => {
  const text = (name: string): string => {
    const it = column(name)
    return it ? cellOf(RECORD, it, REGISTER).text : ''
  }

  it('say titles, separators and what is masked', () => {
    expect([text('status'), text('unit'), text('n'), text('amount'), text('place')]).toEqual(['待办', '市政处', '12,345', '1,234.50 元', ''])
    const phone = column('phone')
    expect(phone && cellOf(RECORD, phone, REGISTER)).toEqual({ text: '138****0000', moment: false, masked: true })
  })

  it('count honestly', () => {
    expect(countText({ value: 500, exact: true })).toBe('共 500 条')
    expect(countText({ value: 10_000, exact: false })).toBe('10,000 条以上')
  })
})

describe('what is kept', () => {
  beforeEach(() => localStorage.clear())

  it('comes back, and nonsense is nothing', () => {
    const kept = { columns: ['title'], views: [{ name: '我的', filter: "a = 'b'", q: '', sort: '-at', columns: null }] }
    writeKept('case', kept)
    expect(readKept('case')).toEqual(kept)
    for (const text of ['{', '[]', '{"columns":[1],"views":[]}', '{"columns":null,"views":[{"name":1}]}']) {
      localStorage.setItem(Object.keys(localStorage)[0] ?? '', text)
      expect(readKept('case')).toEqual({ columns: null, views: [] })
    }
  })

  it('of an entry of the history is its pages and its row, and nothing else', () => {
    history.replaceState({ marks: ['m1', 7], current: '/r/case' }, '')
    keepRow('r9')
    expect(keptOf(history.state)).toEqual({ marks: ['m1'], row: 'r9' })
    expect((history.state as { current: string }).current).toBe('/r/case')
    expect([null, 'x', {}, { marks: 1, row: 2 }].map(keptOf)).toEqual(Array.from({ length: 4 }, () => ({ marks: [], row: '' })))
  })

  it('stands in the address without what is empty', () => {
    const view = viewOf({ filter: "a = 'b'", q: ['x'], after: 'm', other: '1' })
    expect(view).toEqual({ filter: "a = 'b'", q: '', sort: '', after: 'm' })
    expect(queryOf(view)).toEqual({ filter: "a = 'b'", after: 'm' })
  })
})
