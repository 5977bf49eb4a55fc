import { addWords } from '../words'

addWords({
  'form.comment': '说明',
  'form.required': '必填',
  'form.optional': '可不填',
  'form.missing': '没有填“{title}”',
  'form.missingChoice': '没有选“{title}”',
  'form.tooLong': '“{title}”超过 {max} 字,现在 {n} 字',
  'form.summary': '有 {n} 处要改,填好的都还在',
  'form.summaryOther': '没有办成,填好的都还在',
  'form.count': '{n} / {max} 字',
  'form.last': '上次:{text}',
  'form.useLast': '沿用',
  'form.suggested': '建议:{text}',
  'form.useSuggested': '采用',
  'form.masked': '现在是 {text},不改就空着。',
  'form.narrowed': '“{by}”改了,请重新选。',
  'form.choose': '位置在边界上,选它属于哪一个',
  'form.cancel': '取消',
  'form.saving': '正在提交',
  'form.keys': 'Ctrl+Enter 提交',
})
