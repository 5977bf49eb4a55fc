// Help that tells what the record holds: `{limit}` names a field, `{suggestion.limit}` a part of a json that has `parts`.
import type { Schemas } from '@yiwang/api-client'
import { display } from '../facts/display'
import type { Values } from './items'
import type { Titles } from './widgets/reference/titles'

const NAMED = /\{([a-z]\w*)(?:\.([a-z]\w*))?\}/g

/** Gives the words of a field, or of a part of it; empty where there are none. */
export type Known = (field: string, part?: string) => string

/** The help with what it names; none where one of that is empty or unknown, as half a help misleads. */
export function helpWith(help: string | null | undefined, known: Known): string | undefined {
  let whole = true
  const text = (help ?? '').replace(NAMED, (_, field: string, part?: string) => {
    const words = known(field, part)
    whole &&= words !== ''
    return words
  })
  return whole && text !== '' ? text : undefined
}

/** What a record knows, as it is shown elsewhere. A masked value is no help. */
export function knownIn(register: Schemas['Register'], record: Schemas['Record'] | null | undefined, titles: Titles): Known {
  const values: Values = record?.fields ?? {}
  const fieldOf = (name: string | undefined): Schemas['Field'] | undefined => register.fields.find((it) => it.name === name)
  return (name, part) => {
    const field = fieldOf(name)
    if (!field || record?.masked.includes(name)) return ''
    const value = values[name]
    if (part === undefined) return display(field, value, { register, label: record?.labels?.[name], titles })
    const like = fieldOf(field.parts?.find((it) => it.part === part)?.like)
    return like && typeof value === 'object' && value !== null ? display(like, (value as Values)[part], { register, titles }) : ''
  }
}
