// A value as people read it. Codes by their titles, moments by the clock of the place, amounts with separators.
import type { Schemas } from '@yiwang/api-client'
import type { Titles } from '../form/widgets/reference/titles'
import { exactTime } from '../when'
import { t } from '../words'
import './words'

type Field = Schemas['Field']
export type Around = {
  register: Schemas['Register']
  /** The server's words for it, where it gave some. */
  label?: string | undefined
  /** Titles of references, where somebody asks for them. */
  titles?: Titles | undefined
}

/** The words of a value; empty when there is none. */
export function display(field: Field, value: unknown, around: Around): string {
  if (value === null || value === undefined || value === '') return ''
  if (around.label) return around.label
  // Of personal data the history keeps a fingerprint only.
  if (field.sensitive && typeof value === 'object' && 'digest' in value) return t('facts.unkept')
  if (Array.isArray(value)) return field.type === 'files' ? t('facts.files', { n: value.length }) : value.map((it) => display(field, it, around)).join('、')
  switch (field.type) {
    case 'boolean': return t(value === true ? 'facts.yes' : 'facts.no')
    case 'datetime': return exactTime(String(value))
    case 'choice': return titleIn(around.register, field.dictionary, String(value))
    case 'reference': return around.titles?.(field.name, value) ?? String(value)
    case 'money': return t('facts.yuan', { n: grouped(String(value)) })
    case 'point': return pointText(value)
    case 'area': return t('facts.area')
    case 'json': return jsonText(field, value, around)
    default: return String(value)
  }
}

/** The title of a code in its latest period; the code itself where nobody knows it. */
export function titleIn(register: Schemas['Register'], dictionary: string | null | undefined, code: string): string {
  return register.dictionaries[dictionary ?? '']?.filter((it) => it.code === code).at(-1)?.title ?? code
}

/** `1,234.50`. */
export function grouped(number: string): string {
  const [whole = '', rest] = number.split('.')
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (rest ? `.${rest}` : '')
}

function pointText(value: unknown): string {
  const { lon, lat } = value as { lon?: number; lat?: number }
  return `${lon?.toFixed(6) ?? ''}, ${lat?.toFixed(6) ?? ''}`
}

function jsonText(field: Field, value: unknown, around: Around): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const limit = limitText(value)
  if (limit) return limit
  if (Array.isArray(value)) return value.map((it) => jsonText(field, it, around)).join('、')
  const parts = Object.entries(value).filter(([, it]) => it !== null && it !== '')
  // A part that the register does not name has no words of its own: its value stands alone.
  return parts.map(([name, it]) => {
    const like = around.register.fields.find((own) => own.name === field.parts?.find((part) => part.part === name)?.like)
    return like ? `${like.title} ${display(like, it, { ...around, label: undefined })}` : jsonText(field, it, around)
  }).join(',')
}

/** A limit as processes write it: `{amount: 4, unit: "working-hour"}`. */
function limitText(value: object): string | null {
  const { amount, unit } = value as { amount?: unknown; unit?: unknown }
  const known = typeof unit === 'string' && t(`unit.${unit}`) !== `unit.${unit}`
  return known && amount !== undefined ? `${String(amount)} ${t(`unit.${unit}`)}` : null
}
