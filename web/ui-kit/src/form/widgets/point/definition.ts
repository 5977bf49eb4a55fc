import type { Widget } from '../../widget'
import PointWidget from './PointWidget.vue'

export const POINT: Widget = { types: ['point'], component: PointWidget, wide: () => true, group: () => true }
