import { describe, expect, it } from 'vitest'
import { mistake, type Condition, type FilterField } from './condition'
import { readCql, writeCql } from './cql'

const field = (name: string, kind: FilterField['kind']): FilterField => ({ name, title: name, kind, options: [] })
const FIELDS = [
  field('title', 'text'), field('status', 'choice'), field('handler', 'reference'), field('count', 'number'), field('late', 'boolean'),
  field('day', 'date'), field('reported_at', 'datetime'), field('phone', 'sealed'), field('date', 'text'), field('类别', 'choice'),
]

describe('conditions to text', () => {
  const written = (...conditions: Condition[]): string => writeCql(conditions, FIELDS)

  it('writes each kind of value as the server reads it', () => {
    expect(written({ field: 'status', op: 'eq', values: ['FILED'] }, { field: 'handler', op: 'in', values: ['a', 'b'] })).toBe("status = 'FILED' AND handler IN ('a', 'b')")
    expect(written({ field: 'count', op: 'between', values: ['1', ' 12 '] })).toBe('count BETWEEN 1 AND 12')
    expect(written({ field: 'late', op: 'eq', values: ['true'] })).toBe('late = TRUE')
    expect(written({ field: 'day', op: 'ge', values: ['2026-10-01'] })).toBe("day >= DATE('2026-10-01')")
    expect(written({ field: 'reported_at', op: 'lt', values: ['2026-10-01T00:00:00+08:00'] })).toBe("reported_at < TIMESTAMP('2026-10-01T00:00:00+08:00')")
    expect(written({ field: 'title', op: 'null', values: [] }, { field: 'title', op: 'notnull', values: [] })).toBe('title IS NULL AND title IS NOT NULL')
    expect(written()).toBe('')
  })

  it('lets nothing that was typed out of its quotes', () => {
    expect(written({ field: 'title', op: 'eq', values: ["it's' OR 1 = 1"] })).toBe("title = 'it''s'' OR 1 = 1'")
    expect(written({ field: 'title', op: 'like', values: ["100%_\\'"] })).toBe("title LIKE '%100\\%\\_\\\\''%'")
  })

  it('quotes names that are words of the language', () => {
    expect(written({ field: 'date', op: 'eq', values: ['x'] })).toBe("\"date\" = 'x'")
    expect(written({ field: '类别', op: 'eq', values: ['x'] })).toBe("类别 = 'x'")
  })
})

describe('text to conditions', () => {
  it('reads back what was written', () => {
    const all: Condition[] = [
      { field: 'status', op: 'eq', values: ['FILED'] },
      { field: 'status', op: 'ne', values: ["O'Neil"] },
      { field: 'handler', op: 'in', values: ['a', 'b,c', ')'] },
      { field: 'count', op: 'between', values: ['-1', '12.5'] },
      { field: 'count', op: 'le', values: ['3'] },
      { field: 'late', op: 'eq', values: ['false'] },
      { field: 'day', op: 'between', values: ['2026-10-01', '2026-10-31'] },
      { field: 'reported_at', op: 'between', values: ['2026-10-01T00:00:00+08:00', '2026-10-31T23:59:59.999+08:00'] },
      { field: 'title', op: 'like', values: ['井盖 100%_\\ \'quoted\''] },
      { field: 'title', op: 'notnull', values: [] },
      { field: 'date', op: 'null', values: [] },
      { field: 'phone', op: 'eq', values: ['13800000000'] },
    ]
    expect(readCql(writeCql(all, FIELDS), FIELDS)).toEqual(all)
    expect(readCql('  ', FIELDS)).toEqual([])
    expect(readCql("STATUS is null and Status = 'x'", FIELDS)).toBeNull()
    expect(readCql("status is null and status = 'x' ", FIELDS)).toHaveLength(2)
  })

  it('leaves to the expert what chips cannot show', () => {
    for (const text of [
      "status = 'A' OR status = 'B'", "NOT status = 'A'", "(status = 'A')", "unknown = 'A'", "title LIKE 'begin%'", "title LIKE '%a_b%'", "title NOT LIKE '%a%'",
      'S_INTERSECTS(place, BBOX(1, 2, 3, 4))', "count = '3'", "status = 'open", "status = 'A' AND", "day = '2026-10-01'", 'count = - -1', "status = 'A' status = 'B'", 'count like 3', '?',
    ]) expect(readCql(text, FIELDS), text).toBeNull()
  })
})

describe('mistakes', () => {
  it('are found before anything is asked', () => {
    expect(mistake('text', { op: 'like', values: [' '] })).toBe('filter.needValue')
    expect(mistake('choice', { op: 'in', values: [] })).toBe('filter.needValue')
    expect(mistake('number', { op: 'eq', values: ['12a'] })).toBe('filter.badNumber')
    expect(mistake('number', { op: 'between', values: ['9', '10'] })).toBeNull()
    expect(mistake('date', { op: 'between', values: ['2026-10-02', '2026-10-01'] })).toBe('filter.badOrder')
    expect(mistake('date', { op: 'between', values: ['2026-10-02', ''] })).toBe('filter.needValue')
    expect(mistake('boolean', { op: 'null', values: [] })).toBeNull()
  })
})
