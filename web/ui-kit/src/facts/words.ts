import { addWords } from '../words'

addWords({
  'facts.yes': '是',
  'facts.no': '否',
  'facts.yuan': '{n} 元',
  'facts.files': '{n} 个',
  'facts.area': '已画出范围',
  'facts.reported': '登记的内容',
  'facts.worked': '办理情况',
  'facts.masked': '已遮住',
  'facts.unkept': '已填,历史里不留内容',
  'facts.maskedWhy': '本岗位看不到完整内容',
  'facts.more': '显示全文({n} 字)',
  'facts.less': '收起',
  'unit.working-day': '个工作日',
  'unit.working-day-as-hours': '个工作日(折工作时)',
  'unit.working-hour': '工作时',
  'unit.working-minute': '工作分钟',
  'unit.urgent-hour': '紧急工作时',
  'unit.urgent-minute': '紧急工作分钟',
  'unit.natural-day': '天',
})
