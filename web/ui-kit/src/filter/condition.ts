// One condition of a filter: a field, how it is compared, with what. Which comparisons make sense depends on the kind of the field.
import type { Schemas } from '@yiwang/api-client'

/** How values of a field are compared and written. */
export type Kind = 'text' | 'choice' | 'reference' | 'number' | 'boolean' | 'date' | 'datetime' | 'sealed'

/** How a field is compared. */
export type Op = 'eq' | 'ne' | 'in' | 'like' | 'lt' | 'le' | 'gt' | 'ge' | 'between' | 'null' | 'notnull'

/** A field that can be filtered by. */
export type FilterField = { name: string; title: string; kind: Kind; options: { value: string; title: string }[] }

/**
 * A condition; `values` has none for `null` and `notnull`, two for `between`, any number for `in`, else one.
 * Moments are written `2026-10-01T00:00:00+08:00`, days `2026-10-01`, booleans `true` and `false`.
 */
export type Condition = { field: string; op: Op; values: string[] }

const OPS: Record<Kind, readonly Op[]> = {
  text: ['like', 'eq', 'ne', 'null', 'notnull'],
  choice: ['eq', 'ne', 'in', 'null', 'notnull'],
  reference: ['eq', 'ne', 'in', 'null', 'notnull'],
  number: ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'between', 'null', 'notnull'],
  boolean: ['eq', 'null'],
  date: ['between', 'eq', 'lt', 'ge', 'null', 'notnull'],
  datetime: ['between', 'lt', 'ge', 'null', 'notnull'],
  sealed: ['eq'],
}

/** The comparisons offered for a kind, the usual one first. */
export function opsOf(kind: Kind): readonly Op[] {
  return OPS[kind]
}

/** How many values a comparison takes; `many` is at least one. */
export function arity(op: Op): 0 | 1 | 2 | 'many' {
  if (op === 'null' || op === 'notnull') return 0
  if (op === 'between') return 2
  return op === 'in' ? 'many' : 1
}

/** The key of the words of a comparison. */
export function opWord(kind: Kind, op: Op): string {
  if (kind === 'number' && (op === 'eq' || op === 'ne')) return `op.number.${op}`
  if ((kind === 'date' || kind === 'datetime') && (op === 'lt' || op === 'ge')) return `op.date.${op}`
  return `op.${op}`
}

const KINDS: Record<string, Kind> = {
  text: 'text', long_text: 'text', phone: 'text', person_name: 'text', citizen_id: 'text', uscc: 'text',
  integer: 'number', decimal: 'number', money: 'number', boolean: 'boolean', date: 'date', datetime: 'datetime', choice: 'choice', reference: 'reference',
}

/** The fields of a register by which the server can filter, in their order; the state comes first. */
export function filterFields(register: Schemas['Register'], system: { status: string; created: string; updated: string }): FilterField[] {
  const entries = (name: string | null | undefined): FilterField['options'] => {
    const latest = new Map((register.dictionaries[name ?? ''] ?? []).map((it) => [it.code, it.title]))
    return [...latest].map(([value, title]) => ({ value, title }))
  }
  const own = register.fields.flatMap((it): FilterField[] => {
    const kind = KINDS[it.type]
    if (!kind || it.many) return []
    return [{ name: it.name, title: it.title, kind: it.sensitive ? 'sealed' : kind, options: kind === 'choice' ? entries(it.dictionary) : [] }]
  })
  const states = entries(register.states)
  const status: FilterField[] = states.length > 0 ? [{ name: 'status', title: system.status, kind: 'choice', options: states }] : []
  return [
    ...status,
    ...own,
    { name: 'created_at', title: system.created, kind: 'datetime', options: [] },
    { name: 'updated_at', title: system.updated, kind: 'datetime', options: [] },
  ]
}

/** What is wrong with the values of a condition: the key of the words, or null. */
export function mistake(kind: Kind, { op, values }: Pick<Condition, 'op' | 'values'>): 'filter.needValue' | 'filter.badNumber' | 'filter.badOrder' | null {
  const wanted = arity(op)
  const needed = wanted === 'many' ? 1 : wanted
  if (values.filter((it) => it.trim() !== '').length < needed) return 'filter.needValue'
  if (kind === 'number' && values.some((it) => !/^-?\d+(\.\d+)?$/.test(it.trim()))) return 'filter.badNumber'
  const [low = '', high = ''] = values
  if (op === 'between' && (kind === 'number' ? Number(low) > Number(high) : low > high)) return 'filter.badOrder'
  return null
}
