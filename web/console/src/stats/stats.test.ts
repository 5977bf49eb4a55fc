import { describe, expect, it } from 'vitest'
import type { FilterField } from '@yiwang/ui-kit/filter/condition'
import { comparison } from './compare'
import { recordsOf } from './records'
import { addable, difference, groupSeries, periodSeries, periodsOf, sum, type Row, type Table } from './table'

const row = (month: number, key: string | null, figures: [string | null, string | null], explained?: string): Row => ({
  period: { from: `2026-${month}-01`, until: `2026-${month + 1}-01`, label: `2026年${month}月` },
  groups: [{ key, title: key === null ? '' : `${key}处` }],
  figures: [{ text: figures[0] }, { text: figures[1], explained: explained ?? '1 ÷ 2' }],
})
const table = (rows: Row[]): Table => ({
  report: 'units', title: '单位', keys: ['反映时间', '单位'], fields: ['reported_at', 'handler'],
  columns: [{ name: 'filed', title: '立案数', unit: null, explanation: '', filter: "filed_at is not null or kind = 'x'" }, { name: 'rate', title: '立案率', unit: '%', explanation: '', filter: null }],
  rows, totals: [{ text: '5' }, { text: '50.00', explained: '1 ÷ 2' }],
})
const NOW = table([row(11, 'b', ['3', '60.00']), row(11, 'a', ['2', null]), row(11, null, ['0', '0.00'])])
const BEFORE = table([row(10, 'a', ['7', '10.00'])])

describe('comparison', () => {
  it('says more, less and the same, and points of percent', () => {
    expect(comparison('15', '3', null, '2026年10月')).toBe('比2026年10月多 12')
    expect(comparison('3', '15', '件', '上月')).toBe('比上月少 12 件')
    expect(comparison('92.5', '95.70', '%', '上月')).toBe('比上月低 3.20 个百分点')
    expect(comparison('95.70', '92.5', '%', '上月')).toBe('比上月高 3.20 个百分点')
    expect(comparison('1.0', '1', null, '上月')).toBe('与上月持平')
    expect(comparison('1', null, null, '上月')).toBe('上月没有这个数,不能比')
    expect(comparison(null, '1', null, '上月')).toBe('')
  })

  it('does not lose a digit', () => {
    expect(difference('0.3', '0.1')).toBe('0.2')
    expect(difference('-0.05', '0.05')).toBe('-0.10')
    expect(difference('90071992547409931', '1')).toBe('90071992547409930')
    expect(sum(['0.1', '0.2', '-1'])).toBe('-0.7')
    expect(sum([])).toBe('0')
  })
})

describe('series', () => {
  it('keep the order of the table and leave holes where there is no figure', () => {
    const { categories, series } = groupSeries(NOW, BEFORE, 1, { now: '11月', before: '10月' })
    expect(categories).toEqual(['b处', 'a处', '(未定)'])
    expect(series[0]).toEqual({ name: '11月', values: [60, null, 0], texts: ['60.00%', '', '0.00%'] })
    expect(series[1]).toEqual({ name: '10月', values: [null, 10, null], texts: ['', '10.00%', ''] })
    expect(groupSeries(NOW, undefined, 0, { now: '', before: '' }).series).toHaveLength(1)
  })

  it('add up counts by period, never ratios', () => {
    const all = table([...BEFORE.rows, ...NOW.rows])
    expect(periodsOf(all).map((it) => it.label)).toEqual(['2026年11月', '2026年10月'])
    expect(periodSeries(all, 0)).toEqual({ categories: ['2026年10月', '2026年11月'], series: [{ name: '立案数', values: [7, 5], texts: ['7', '5'] }] })
    expect(addable(all, 1)).toBe(false)
    expect(periodSeries(all, 1)).toBeNull()
  })
})

describe('records of a figure', () => {
  const fields: FilterField[] = [{ name: 'reported_at', title: '', kind: 'datetime', options: [] }, { name: 'handler', title: '', kind: 'reference', options: [] }]
  const period = { from: '2026-11-01', until: '2026-12-01' }
  const month = "reported_at >= TIMESTAMP('2026-11-01T00:00:00+08:00') AND reported_at < TIMESTAMP('2026-12-01T00:00:00+08:00')"

  it('carry the conditions of period, row and column', () => {
    expect(recordsOf(NOW, 0, NOW.rows[0] ?? null, period, fields)).toBe(`${month} AND handler = 'b' AND (filed_at is not null or kind = 'x')`)
    expect(recordsOf(NOW, 0, NOW.rows[2] ?? null, period, fields)).toBe(`${month} AND handler IS NULL AND (filed_at is not null or kind = 'x')`)
    expect(recordsOf(NOW, 0, null, period, fields)).toBe(`${month} AND (filed_at is not null or kind = 'x')`)
    expect(recordsOf(NOW, 1, null, period, fields)).toBeNull()
    const every = { ...NOW, columns: NOW.columns.map((it) => ({ ...it, filter: '' })) }
    expect(recordsOf(every, 0, null, period, fields)).toBe(month)
    expect(recordsOf(every, 0, null, undefined, fields)).toBe('')
  })
})
