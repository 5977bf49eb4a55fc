import type { Schemas } from '@yiwang/api-client'
import { addWords } from '../../../words'
import type { Widget } from '../../widget'
import ChoiceWidget from './ChoiceWidget.vue'

addWords({
  'choice.pick': '选一项',
  'choice.typed': '输入名称、代码或拼音首字母',
  'choice.first': '先选{by}',
  'choice.none': '没有符合的选项',
  'choice.empty': '没有可选的项',
})

export const CHOICE: Widget = {
  types: ['choice'],
  component: ChoiceWidget,
  write: (it) => it,
  group: (field: Schemas['Field']) => field.many,
}
