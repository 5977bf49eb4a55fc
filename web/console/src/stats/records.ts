// From a figure to the records that it counts: the conditions of its column, its row and its period as a filter of the list.
import { writeCql } from '@yiwang/ui-kit/filter/cql'
import type { Condition, FilterField } from '@yiwang/ui-kit/filter/condition'
import type { Row, Table } from './table'

/** The filter of a figure; a row of null is the total. Null where the server names no condition, as for sums and ratios. */
export function recordsOf(table: Table, at: number, row: Row | null, period: { from: string; until: string } | undefined, fields: readonly FilterField[]): string | null {
  const counted = table.columns[at]?.filter
  if (counted === null || counted === undefined) return null
  const keys = [...table.fields]
  const conditions: Condition[] = []
  if (period) {
    const field = keys.shift() ?? ''
    const moment = (day: string): string => (fields.find((it) => it.name === field)?.kind === 'datetime' ? `${day}T00:00:00+08:00` : day)
    conditions.push({ field, op: 'ge', values: [moment(period.from)] }, { field, op: 'lt', values: [moment(period.until)] })
  }
  if (row) {
    for (const [i, field] of keys.entries()) {
      const key = row.groups[i]?.key
      conditions.push(key === null || key === undefined ? { field, op: 'null', values: [] } : { field, op: 'eq', values: [key] })
    }
  }
  const own = writeCql(conditions, fields)
  // Without a condition, or with `id is not null`: every record.
  if (/^\s*(id\s+is\s+not\s+null\s*)?$/i.test(counted)) return own
  const plain = /\bor\b/i.test(counted) ? `(${counted})` : counted
  return own ? `${own} AND ${plain}` : plain
}
