import { t } from '../../../words'
import type { Widget } from '../../widget'
import TextWidget from './TextWidget.vue'

/** Texts that may be so long want the whole width. */
const WIDE = 100

export const TEXT: Widget = {
  types: ['text'],
  component: TextWidget,
  wide: (field) => (field.max ?? 0) >= WIDE,
  check: tooLong,
}

/** Texts are counted in characters as people count them. */
export function tooLong(value: unknown, field: { max?: number | null }, title: string): string | null {
  const n = [...String(value)].length
  return field.max && n > field.max ? t('form.tooLong', { title, max: field.max, n }) : null
}
