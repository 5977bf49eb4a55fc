import type { Schemas } from '@yiwang/api-client'
import { addWords } from '../../../words'
import type { Widget } from '../../widget'
import ReferenceWidget from './ReferenceWidget.vue'

addWords({
  'reference.pick': '输入名称或代码查找',
  'reference.none': '没有找到,换个写法',
  'reference.looking': '正在查找',
  'reference.nearest': '离标记的位置近的排在前面。',
})

export const REFERENCE: Widget = { types: ['reference'], component: ReferenceWidget, group: (field: Schemas['Field']) => field.many }
