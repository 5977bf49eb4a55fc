// What a form asks: its fields joined with the definitions of the register. Nothing here knows an app.
import type { Schemas } from '@yiwang/api-client'
import { t } from '../words'
import './words'

/** Longest comment of an act in characters, as the server has it. */
const MAX_COMMENT = 2000
/** Name under which the comment of an act stands in forms and in problems. */
export const COMMENT = 'comment'

/** One question. */
export type FormItem = {
  name: string
  title: string
  help: string | null
  required: boolean
  field: Schemas['Field']
  /** `record`: a value there is shown and may be changed; `act`: asked anew each time. */
  from: 'record' | 'act'
}

/** Values by field, as the API takes and gives them. */
export type Values = Record<string, unknown>

/** The questions of a form. A field that the reader may not see is left out. */
export function itemsOf(form: Schemas['Form'], register: Schemas['Register']): FormItem[] {
  return form.fields.flatMap((it) => {
    const field = it.definition ?? register.fields.find((own) => own.name === it.name)
    if (!field) return []
    const required = it.required || (field.required && it.into === 'record')
    // What a process writes is the answer of a step: the last one is offered, not filled in.
    const from = it.definition || field.computed ? 'act' as const : 'record' as const
    return [{ name: it.name, title: it.title, help: it.help ?? null, required, field, from }]
  })
}

/** The questions of a direct change or of a new record without a form: every field that people write. */
export function itemsOfRegister(register: Schemas['Register']): FormItem[] {
  return register.fields
    .filter((it) => !it.computed && it.type !== 'json' && it.type !== 'area')
    .map((field) => ({ name: field.name, title: field.title, help: field.help ?? null, required: field.required, field, from: 'record' as const }))
}

/** The comment of an act as a question of its form. */
export function commentItem(required: boolean): FormItem {
  const field = { name: COMMENT, title: t('form.comment'), type: 'long_text', required, sensitive: false, computed: false, many: false, max: MAX_COMMENT }
  return { name: COMMENT, title: field.title, help: null, required, field, from: 'act' }
}

/** Which questions are marked; where `all` have to be answered, that is said once for them together. */
export type Mark = 'required' | 'optional' | 'all'

/** The rarer kind is marked. */
export function markOf(items: FormItem[]): Mark {
  const required = items.filter((it) => it.required).length
  if (required > 1 && required === items.length) return 'all'
  return required > 1 && required * 2 > items.length ? 'optional' : 'required'
}
