// What is typed in a form, what is wrong with it, what is sent. Nothing typed is lost by a failure, whatever failed.
import { ApiError, type Schemas } from '@yiwang/api-client'
import { computed, reactive, ref, type ComputedRef, type Ref } from 'vue'
import { t } from '../words'
import type { Kept } from './context'
import { COMMENT, type FormItem, type Values } from './items'
import { isEmpty } from './widget'
import { widgetOf } from './widgets'
import './words'

/** Beginning of the rule of a fault that is a question with answers: `choose:CODE`. */
const CHOOSE = 'choose:'

export type FormState = {
  values: Values
  /** By field, a whole sentence each. */
  errors: Record<string, string>
  /** What is wrong with no field of this form. */
  others: Ref<string[]>
  /** Answers that a problem offers for a field. */
  choices: Record<string, { value: string; title: string }[]>
  busy: Record<string, number>
  /** What widgets keep, by field. */
  kept: Map<string, Kept>
  /** Whether something was typed. */
  touched: ComputedRef<boolean>
  set: (name: string, value: unknown) => void
  /** What stands in a field: what was typed, else what it begins with now. */
  current: (item: FormItem) => unknown
  /** Looks at everything; true when it can be sent. */
  check: (items: FormItem[]) => boolean
  /** What is sent: the values that were changed, by field. */
  changes: (items: FormItem[]) => Values
  comment: () => string | null
  /** Puts what the server said where it belongs. */
  refuse: (error: unknown, items: FormItem[]) => void
  clear: () => void
  /** Stops what still goes on: nothing of it is wanted any more. */
  end: () => void
}

/** A form over a record; `begin` gives the value a field starts with, also when the record was read again; `begun` hears of the first that is typed. */
export function useForm(begin: (item: FormItem) => unknown, begun: () => void = () => undefined): FormState {
  const values = reactive<Values>({})
  const errors = reactive<Record<string, string>>({})
  const choices = reactive<Record<string, { value: string; title: string }[]>>({})
  const busy = reactive<Record<string, number>>({})
  const others = ref<string[]>([])
  const kept = new Map<string, Kept>()

  function set(name: string, value: unknown): void {
    if (Object.keys(values).length === 0) begun()
    values[name] = value
    delete errors[name]
  }

  function clear(): void {
    for (const name of Object.keys(errors)) delete errors[name]
    others.value = []
  }

  function check(items: FormItem[]): boolean {
    clear()
    for (const it of items) {
      const wrong = wrongWith(it, current(it), busy[it.name] ?? 0)
      if (wrong) errors[it.name] = wrong
    }
    return Object.keys(errors).length === 0
  }

  const current = (it: FormItem): unknown => (it.name in values ? values[it.name] : begin(it))

  function changes(items: FormItem[]): Values {
    const found: Values = {}
    for (const it of items) {
      if (it.name === COMMENT || !(it.name in values)) continue
      const [now, before] = [values[it.name], begin(it)]
      if (same(now, before)) continue
      found[it.name] = isEmpty(now) ? null : sent(it, now)
    }
    return found
  }

  function refuse(error: unknown, items: FormItem[]): void {
    clear()
    for (const name of Object.keys(choices)) delete choices[name]
    const problem = error instanceof ApiError ? error.problem : null
    const faults = problem?.errors ?? []
    for (const it of faults) place(it, items)
    const told = faults.length > 0 && others.value.length === 0
    if (!told) others.value = [error instanceof Error ? error.message : String(error), ...others.value]
  }

  function place(it: Schemas['FieldError'], items: FormItem[]): void {
    const text = it.remedy ? `${ended(it.message)}${it.remedy}` : it.message
    if (!items.some((item) => item.name === it.field)) {
      others.value = [...others.value, text]
    } else if (it.rule.startsWith(CHOOSE)) {
      choices[it.field] = [...(choices[it.field] ?? []), { value: it.rule.slice(CHOOSE.length), title: it.message }]
      errors[it.field] = t('form.choose')
    } else {
      errors[it.field] = errors[it.field] ? `${ended(errors[it.field] ?? '')}${ended(text)}` : text
    }
  }

  return {
    values, errors, others, choices, busy, kept, set, current, check, changes, refuse, clear,
    end: () => kept.forEach((it) => it.end()),
    touched: computed(() => Object.values(values).some((it) => !isEmpty(it)) || Object.values(busy).some((it) => it > 0)),
    comment: () => (isEmpty(values[COMMENT]) ? null : String(values[COMMENT])),
  }
}

/** What is wrong with one answer before it is sent. */
export function wrongWith(it: FormItem, value: unknown, busy: number): string | null {
  if (busy > 0) return t('files.busy', { n: busy })
  if (!isEmpty(value)) return widgetOf(it.field.type).check?.(value, it.field, it.title) ?? null
  if (!it.required) return null
  return t(MISSING[it.field.type] ?? 'form.missing', { title: it.title })
}

/** How it is said that an answer is missing, where it is not typed. */
const MISSING: Record<string, string> = {
  choice: 'form.missingChoice', reference: 'form.missingChoice', boolean: 'form.missingChoice', date: 'form.missingChoice', datetime: 'form.missingChoice',
  point: 'form.missingPoint', files: 'form.missingFiles',
}

/** Text with the stop of a sentence: once. */
function ended(text: string): string {
  return /[。！？!?…]$/.test(text) ? text : `${text}。`
}

function sent(it: FormItem, value: unknown): unknown {
  return widgetOf(it.field.type).write?.(value) ?? (typeof value === 'string' ? value.trim() : value)
}

function same(a: unknown, b: unknown): boolean {
  return isEmpty(a) ? isEmpty(b) : JSON.stringify(a) === JSON.stringify(b)
}
