// The columns of a list: what can be shown, what is shown when nobody has chosen, what can be sorted by.
import type { Schemas } from '@yiwang/api-client'
import { DEPARTMENT, unitField } from '@yiwang/ui-kit/brief'
import { t } from '@yiwang/ui-kit/words'
import './words'

type Field = Schemas['Field']
/** A column; `field` is none for what every record has. */
export type Column = { name: string; title: string; field: Field | null; sortable: boolean; number: boolean }

const UNLISTED = ['files', 'json', 'area']
const UNSORTED = ['point', 'area', 'files', 'json']
const NUMBERS = ['integer', 'decimal', 'money']
/** More would not fit beside each other on an office screen. */
const USUAL = 9

/** Every column that the register can show: the name first, then its state and its fields. */
export function columnsOf(register: Schemas['Register']): Column[] {
  const own = register.fields.filter((it) => !UNLISTED.includes(it.type)).map(columnOf)
  const name = own.find((it) => it.name === register.label)
  const first = name ?? { name: register.label, title: register.title, field: null, sortable: false, number: false }
  const status = register.process || register.states ? [moment('status', t('list.status'))] : []
  return [first, ...status, ...own.filter((it) => it !== name), moment('created_at', t('list.created')), moment('updated_at', t('list.updated'))]
}

function columnOf(field: Field): Column {
  return {
    name: field.name,
    title: field.title,
    field,
    sortable: !field.sensitive && !field.many && !UNSORTED.includes(field.type),
    number: NUMBERS.includes(field.type) && !field.many,
  }
}

function moment(name: string, title: string): Column {
  return { name, title, field: null, sortable: true, number: false }
}

/** The columns shown when nobody has chosen: state, numbers, the first moment, who is in charge, what kind it is, where it belongs. */
export function usualColumns(register: Schemas['Register']): string[] {
  const all = columnsOf(register)
  const chosen = new Set([register.label, 'status', ...register.numbers])
  const add = (n: number, fits: (field: Field) => boolean): void => {
    const found = all.filter(({ name, field }) => field && !field.sensitive && !chosen.has(name) && fits(field))
    for (const it of found.slice(0, Math.min(n, USUAL - chosen.size))) chosen.add(it.name)
  }
  add(1, (it) => it.type === 'datetime')
  // Who is in charge is what a list is read for first.
  const unit = unitField(register)
  add(1, (it) => it.name === unit?.name)
  add(2, (it) => it.type === 'choice')
  add(1, (it) => it.type === 'reference' && it.register !== DEPARTMENT)
  // A plain register of things has little of that: then its first fields serve.
  if (chosen.size < 5) add(6 - chosen.size, (it) => it.type !== 'long_text' && it.type !== 'point')
  return all.map((it) => it.name).filter((it) => chosen.has(it))
}

/** The order after a click on a head: up, down, as the server likes it. */
export function nextSort(sort: string, name: string): string {
  if (sort === name) return `-${name}`
  return sort === `-${name}` ? '' : name
}
