// What an act left behind, as far as the reader may see the history: answers of its form, photos, changed fields.
import type { Schemas } from '@yiwang/api-client'
import { display } from '../facts/display'
import type { Values } from '../form/items'
import type { Titles } from '../form/widgets/reference/titles'

type Entry = Schemas['Entry']
type Register = Schemas['Register']
type Field = Schemas['Field']

export type Change = { field: Field; before: unknown; after: unknown }
export type Said = { title: string; text: string }

/** The changes of every act, by its number, with what stood there before. */
export function changesOf(entries: readonly Entry[], register: Register): Map<number, Change[]> {
  const now: Values = {}
  const found = new Map<number, Change[]>()
  for (const it of entries) {
    const changed = part(it, 'changes')
    const list: Change[] = []
    for (const [name, after] of Object.entries(changed)) {
      const field = register.fields.find((own) => own.name === name)
      if (field && !(empty(now[name]) && empty(after))) list.push({ field, before: now[name], after })
      now[name] = after
    }
    const order = (name: string): number => register.fields.findIndex((own) => own.name === name)
    found.set(it.seq, list.sort((a, b) => order(a.field.name) - order(b.field.name)))
  }
  return found
}

/** Files that came with an act: in fields of the record or of its form. */
export function filesOf(entry: Entry | undefined, register: Register): string[] {
  if (!entry) return []
  const own = Object.entries(part(entry, 'changes')).filter(([name]) => register.fields.find((it) => it.name === name)?.type === 'files')
  const asked = Object.entries(part(entry, 'notes')).filter(([name]) => formField(name, register, entry)?.type === 'files')
  return [...own, ...asked].flatMap(([, it]) => (Array.isArray(it) ? it.map(String) : []))
}

/** What was said with an act: long texts that it wrote, what its form asked, answers that stand nowhere but in the history, what was asked for. */
export function saidOf(entry: Entry | undefined, register: Register, titles?: Titles): Said[] {
  if (!entry) return []
  const notes = part(entry, 'notes')
  const written = Object.entries(part(entry, 'changes')).flatMap(([name, value]) => {
    const field = register.fields.find((it) => it.name === name)
    const told = field?.computed && field.type !== 'files' && (field.type === 'long_text' || asks(name, register, entry))
    return told && !empty(value) ? [{ title: field.title, text: display(field, value, { register, titles }) }] : []
  })
  const asked = isObject(notes.asked) ? notes.asked : {}
  const answers = Object.entries({ ...asked, ...notes }).flatMap(([name, value]) => {
    const field = formField(name, register, entry) ?? (name in asked ? register.fields.find((it) => it.name === name) : undefined)
    return field && field.type !== 'files' && !empty(value) ? [{ title: field.title, text: display(field, value, { register, titles }) }] : []
  })
  return [...written, ...answers]
}

/** Whether the form that is called like the act asks for a field. */
function asks(name: string, register: Register, by: Entry): boolean {
  return [by.outcome, by.act].some((form) => register.forms[form ?? '']?.fields.some((it) => it.name === name))
}

/** A question of the forms alone. Two forms may ask different things under one name: the one that is called like the act goes before the others. */
export function formField(name: string, register: Register, by: { act: string; outcome?: string | null | undefined }): Field | undefined {
  const own = (form: string): number => Number(form === by.outcome || form === by.act)
  const forms = Object.entries(register.forms).sort(([a], [b]) => own(b) - own(a))
  return forms.flatMap(([, it]) => it.fields).find((it) => it.name === name && it.definition)?.definition ?? undefined
}

function part(entry: Entry, name: string): Values {
  const content: unknown = entry.content
  const found = isObject(content) ? content[name] : undefined
  return isObject(found) ? found : {}
}

function isObject(it: unknown): it is Values {
  return typeof it === 'object' && it !== null && !Array.isArray(it)
}

function empty(it: unknown): boolean {
  return it === null || it === undefined || it === ''
}
