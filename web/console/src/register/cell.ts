// What stands in a cell.
import type { Schemas } from '@yiwang/api-client'
import { display, grouped, titleIn } from '@yiwang/ui-kit/facts/display'
import { t } from '@yiwang/ui-kit/words'
import type { Column } from './columns'
import './words'

/** Text of a cell, or a moment that is shown as one. */
export type Cell = { text: string; moment: boolean; masked: boolean }

/** A cell of a record. */
export function cellOf(record: Schemas['Record'], column: Column, register: Schemas['Register']): Cell {
  const { name, field } = column
  if (name === 'status') return plain(record.status_title ?? titleIn(register, register.states, record.status))
  if (name === 'created_at' || name === 'updated_at') return { text: record[name], moment: true, masked: false }
  const value: unknown = (record.fields as Record<string, unknown>)[name]
  if (!field || value === null || value === undefined) return plain('')
  if (record.masked.includes(name)) return { text: String(value), moment: false, masked: true }
  if (field.type === 'datetime' && typeof value === 'string') return { text: value, moment: true, masked: false }
  const text = display(field, value, { register, label: record.labels?.[name] })
  return plain(column.number && field.type !== 'money' ? grouped(text) : text)
}

function plain(text: string): Cell {
  return { text, moment: false, masked: false }
}

/** `共 500 条`; a count that stopped at its bound says so. */
export function countText({ value, exact }: Schemas['Count']): string {
  return t(exact ? 'list.count' : 'list.countOver', { n: grouped(String(value)) })
}
