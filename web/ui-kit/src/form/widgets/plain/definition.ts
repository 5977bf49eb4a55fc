import type { Widget } from '../../widget'
import PlainWidget from './PlainWidget.vue'

/** Areas and json are made elsewhere; here they are read. */
export const PLAIN: Widget = { types: ['area', 'json'], component: PlainWidget, group: () => true }
