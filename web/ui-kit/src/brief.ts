// A record in one line: its number, its place, its unit. Which fields say so is read off the register's definition.
import type { Schemas } from '@yiwang/api-client'

type Register = Schemas['Register']
type Record_ = Schemas['Record']

/** What a row tells beside the title; empty where the reader sees nothing. */
export interface Brief {
  number: string
  place: string
  unit: string
}

/** The register of units in every installation. */
export const DEPARTMENT = 'department'

export function brief(register: Register | undefined, record: Record_ | null | undefined): Brief {
  if (!register || !record) return { number: '', place: '', unit: '' }
  return { number: numberOf(register, record), place: placeOf(register, record), unit: unitOf(register, record) }
}

/** The number given last: a case number says more than the number of the report it came from. */
export function numberOf(register: Register, record: Record_): string {
  const given = register.numbers.map((it) => text(record, it)).filter((it) => it !== '')
  return given.at(-1) ?? ''
}

/** The address stands beside the point: the first clear text after it. Without one the title of the cell or division. */
function placeOf(register: Register, record: Record_): string {
  const place = register.place
  if (!place) return ''
  const from = register.fields.findIndex((it) => it.name === place.point)
  const address = register.fields.slice(from + 1).find((it) => it.type === 'text' && !it.computed && !it.sensitive)
  return (address && text(record, address.name)) || (place.division ? label(record, place.division) : '')
}

/**
 * The field that says with which department it lies: the first such reference that a process writes, and that one alone, since the next may be
 * a unit that was only proposed. Where no process writes one, the first there is.
 */
export function unitField(register: Register): Schemas['Field'] | undefined {
  const units = register.fields.filter((it) => it.type === 'reference' && it.register === DEPARTMENT)
  return units.find((it) => it.computed) ?? units[0]
}

/** The department it lies with; none while that field is empty. */
function unitOf(register: Register, record: Record_): string {
  const field = unitField(register)
  return field ? label(record, field.name) : ''
}

function text(record: Record_, field: string): string {
  const value = record.fields[field]
  return typeof value === 'string' ? value : ''
}

function label(record: Record_, field: string): string {
  return record.labels?.[field] ?? ''
}
