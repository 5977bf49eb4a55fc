import type { Schemas } from '@yiwang/api-client'
import { addWords, t } from '../../../words'
import type { Widget } from '../../widget'
import NumberWidget from './NumberWidget.vue'

addWords({
  'number.whole': '“{title}”要写整数',
  'number.number': '“{title}”要写数字,例如 12.50',
  'number.money': '“{title}”要写金额,最多到分,例如 1200 或 12.50',
  'number.min': '“{title}”不能小于 {min}',
  'number.max': '“{title}”不能大于 {max}',
  'number.yuan': '元',
})

const WHOLE = /^-?\d{1,15}$/
const DECIMAL_TEXT = /^-?\d{1,15}(\.\d{1,9})?$/
const MONEY_TEXT = /^-?\d{1,13}(\.\d{1,2})?$/

/** Full-width digits and thousands separators as people type them. */
export function digits(typed: unknown): string {
  return String(typed ?? '').normalize('NFKC').replace(/[,\s]/g, '')
}

function checked(pattern: RegExp, wrong: string) {
  return (value: unknown, field: Schemas['Field'], title: string): string | null => {
    const text = digits(value)
    if (!pattern.test(text)) return t(wrong, { title })
    if (field.min != null && Number(text) < Number(field.min)) return t('number.min', { title, min: field.min })
    if (field.max_value != null && Number(text) > Number(field.max_value)) return t('number.max', { title, max: field.max_value })
    return null
  }
}

const text = (value: unknown): unknown => (value == null ? null : String(value))

export const INTEGER: Widget = { types: ['integer'], component: NumberWidget, read: text, write: (it) => Number(digits(it)), check: checked(WHOLE, 'number.whole') }
export const DECIMAL: Widget = { types: ['decimal'], component: NumberWidget, read: text, write: digits, check: checked(DECIMAL_TEXT, 'number.number') }
export const MONEY: Widget = { types: ['money'], component: NumberWidget, read: text, write: digits, check: checked(MONEY_TEXT, 'number.money') }
