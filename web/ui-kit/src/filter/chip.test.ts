import { expect, it } from 'vitest'
import { chipText } from './chip'
import type { FilterField } from './condition'
import { toInstant, toWall } from './moments'

const field = (kind: FilterField['kind']): FilterField => ({ name: 'f', title: '字段', kind, options: [{ value: 'A', title: '甲' }, { value: 'B', title: '乙' }] })
const titleOf = (it: string): string => (it === 'x' ? '市政处' : it)

it('says a condition in words', () => {
  expect(chipText({ field: 'f', op: 'in', values: ['A', 'B', 'C'] }, field('choice'), titleOf)).toBe('字段 是其中之一 甲、乙、C')
  expect(chipText({ field: 'f', op: 'eq', values: ['x'] }, field('reference'), titleOf)).toBe('字段 是 市政处')
  expect(chipText({ field: 'f', op: 'notnull', values: [] }, field('text'), titleOf)).toBe('字段 不为空')
  expect(chipText({ field: 'f', op: 'eq', values: ['3'] }, field('number'), titleOf)).toBe('字段 等于 3')
  expect(chipText({ field: 'f', op: 'eq', values: ['true'] }, field('boolean'), titleOf)).toBe('字段 是')
  const days = { field: 'f', op: 'between' as const, values: ['2026-10-01T00:00:00+08:00', '2026-10-31T23:59:59.999+08:00'] }
  expect(chipText(days, field('datetime'), titleOf)).toBe('字段 2026-10-01 至 2026-10-31')
  expect(chipText({ field: 'f', op: 'lt', values: ['2026-10-01T08:30:00+08:00'] }, field('datetime'), titleOf)).toBe('字段 早于 2026-10-01 08:30')
})

it('takes moments by the clock of the place, wherever the browser stands', () => {
  expect(toInstant('2026-10-01 08:30:00')).toBe('2026-10-01T08:30:00+08:00')
  expect(toInstant('2026-10-31 23:59:59')).toBe('2026-10-31T23:59:59.999+08:00')
  expect(toWall('2026-10-31T23:59:59.999+08:00')).toBe('2026-10-31 23:59:59')
  expect(toWall('2026-09-30T16:00:00Z')).toBe('2026-10-01 00:00:00')
  expect(toWall('nonsense')).toBe('')
})
