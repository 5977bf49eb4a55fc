import { exactTime } from '../../../when'
import type { Widget } from '../../widget'
import DateWidget from './DateWidget.vue'

export const DATE: Widget = { types: ['date'], component: DateWidget }

/** Edited as the wall clock of the place, which is how the API reads a time without an offset. */
export const DATETIME: Widget = {
  types: ['datetime'],
  component: DateWidget,
  read: (it) => (typeof it === 'string' && it ? exactTime(it).replace(' ', 'T') : null),
}
