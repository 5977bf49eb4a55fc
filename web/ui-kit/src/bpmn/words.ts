import { addWords } from '../words'

addWords({
  'bpmn.label': '流程图',
  'bpmn.hint': '拖动看别处;方向键移动,+ 和 - 缩放,0 看全图。',
  'bpmn.zoomIn': '放大',
  'bpmn.zoomOut': '缩小',
  'bpmn.fit': '看全图',
  'bpmn.toCurrent': '到当前环节',
  'bpmn.current': '当前环节',
  'bpmn.done': '已办环节',
  'bpmn.open': '未到环节',
  'bpmn.badgeCurrent': '当前',
  'bpmn.badgeDone': '已办',
  'bpmn.list': '环节',
  'bpmn.failed': '流程图没有画出来:{why}',
  'bpmn.again': '再取一次',
})
