// A condition in words, as its chip says it.
import { exactTime } from '../when'
import { t } from '../words'
import { arity, opWord, type Condition, type FilterField } from './condition'
import './words'

/** `处置单位 是 市政处`; titles of references come from `titleOf`, as they are known only to the server. */
export function chipText(condition: Condition, field: FilterField, titleOf: (value: string) => string): string {
  const { op, values } = condition
  const shown = values.map((it) => valueText(it, field, titleOf))
  if (op === 'between') return t('chip.between', { title: field.title, from: shown[0] ?? '', to: shown[1] ?? '' })
  if (field.kind === 'boolean' && op === 'eq') return t('chip.bare', { title: field.title, op: shown[0] ?? '' })
  const word = t(opWord(field.kind, op))
  return arity(op) === 0 ? t('chip.bare', { title: field.title, op: word }) : t('chip.plain', { title: field.title, op: word, value: shown.join('、') })
}

function valueText(value: string, field: FilterField, titleOf: (value: string) => string): string {
  switch (field.kind) {
    case 'choice': return field.options.find((it) => it.value === value)?.title ?? value
    case 'reference': return titleOf(value)
    case 'boolean': return t(value === 'true' ? 'filter.yes' : 'filter.no')
    case 'datetime': return momentText(value)
    default: return value === '' ? t('filter.empty') : value
  }
}

/** Midnight and the last moment of a day say only the day. */
function momentText(value: string): string {
  if (Number.isNaN(Date.parse(value))) return value
  const text = exactTime(value)
  return text.endsWith(' 00:00') || text.endsWith(' 23:59') ? text.slice(0, 10) : text
}
