import type { Schemas } from '@yiwang/api-client'
import { addWords } from '../../../words'
import type { Widget } from '../../widget'
import BooleanWidget from './BooleanWidget.vue'

addWords({ 'boolean.yes': '是', 'boolean.no': '否' })

/** With a value from the start it is ticked or not; without one the answer must be given. */
export function isTick(field: Schemas['Field'], required: boolean): boolean {
  return !required && field.default != null
}

export const BOOLEAN: Widget = { types: ['boolean'], component: BooleanWidget, group: () => true }
