import { addWords } from '../../../words'
import type { Widget } from '../../widget'
import FilesWidget from './FilesWidget.vue'

addWords({
  'files.add': '加照片',
  'files.addFile': '加文件',
  'files.more': '最多 {max} 个,已有 {n} 个。大照片上传前自动缩小。',
  'files.full': '已有 {max} 个,到上限了。要换就先去掉一个。',
  'files.tooMany': '最多 {max} 个,多选的 {n} 个没有加。',
  'files.remove': '去掉',
  'files.again': '再传',
  'files.uploading': '正在传 {percent}%',
  'files.item': '第 {n} 个',
  'files.removed': '去掉了一个。',
  'files.done': '传好了。',
  'files.busy': '还有 {n} 个没有传上,等传完、再传或者去掉,再提交',
})

export const FILES: Widget = { types: ['files'], component: FilesWidget, wide: () => true, group: () => true }
