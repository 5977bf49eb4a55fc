// Which fields of a record are worth showing, and where: what was reported, what the work added. Only what is filled.
import type { Schemas } from '@yiwang/api-client'
import type { Titles } from '../form/widgets/reference/titles'
import { display } from './display'

export type Fact = { name: string; title: string; text: string; masked: boolean; long: boolean }
export type Photos = { name: string; title: string; ids: string[] }
export type Facts = { reported: Fact[]; worked: Fact[]; photos: Photos[]; photosWorked: Photos[] }

/** Facts of a record without what the page shows elsewhere (`besides`). */
export function factsOf(register: Schemas['Register'], record: Schemas['Record'], besides: readonly string[] = [], titles?: Titles): Facts {
  const found: Facts = { reported: [], worked: [], photos: [], photosWorked: [] }
  const values: Record<string, unknown> = record.fields
  for (const field of register.fields) {
    const value = values[field.name]
    if (besides.includes(field.name) || isNothing(field, value)) continue
    if (field.type === 'files') {
      const ids = Array.isArray(value) ? value.map(String) : []
      if (ids.length > 0) (field.computed ? found.photosWorked : found.photos).push({ name: field.name, title: field.title, ids })
      continue
    }
    const masked = record.masked.includes(field.name)
    const text = masked ? String(value) : display(field, value, { register, label: record.labels?.[field.name], titles })
    if (text) (field.computed ? found.worked : found.reported).push({ name: field.name, title: field.title, text, masked, long: field.type === 'long_text' })
  }
  return found
}

/** Empty, or a count, a tick that still has its first value. */
function isNothing(field: Schemas['Field'], value: unknown): boolean {
  return value === null || value === undefined || value === '' || (['integer', 'boolean'].includes(field.type) && value === field.default)
}
