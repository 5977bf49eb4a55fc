// What a decision suggests for a field: a json of the record whose `parts` name that field.
import type { Schemas } from '@yiwang/api-client'
import type { Values } from './items'
import { isEmpty } from './widget'

/** The suggested value, or undefined. */
export function suggestionOf(register: Schemas['Register'], record: Values, name: string): unknown {
  for (const field of register.fields) {
    const value = record[field.name]
    if (field.type !== 'json' || typeof value !== 'object' || value === null) continue
    const part = field.parts?.find((it) => it.like === name)
    const suggested = part && (value as Values)[part.part]
    if (!isEmpty(suggested)) return suggested
  }
  return undefined
}
