import type { Widget } from '../../widget'
import { tooLong } from '../text/definition'
import LongTextWidget from './LongTextWidget.vue'

export const LONG_TEXT: Widget = { types: ['long_text'], component: LongTextWidget, wide: () => true, check: tooLong }
