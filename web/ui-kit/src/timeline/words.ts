import { addWords } from '../words'

// The acts of the product's one vocabulary; a step's own titles go before these.
addWords({
  'act.create': '登记', 'act.update': '修改内容', 'act.delete': '删除', 'act.import': '导入', 'act.claim': '签收', 'act.release': '放回', 'act.complete': '办理',
  'act.return': '退回', 'act.withdraw': '撤回', 'act.reassign': '转办', 'act.delegate': '委托', 'act.copy': '抄送', 'act.read': '阅', 'act.instruct': '批示', 'act.assign': '指定',
  'act.compel': '强派', 'act.urge': '催办', 'act.supervise': '督办', 'act.suspend': '挂起', 'act.resume': '恢复', 'act.extend': '延期', 'act.skip': '跳过', 'act.redo': '重办',
  'act.merge': '并案', 'act.rate': '评价', 'act.void': '作废', 'act.archive': '归档', 'act.timer': '到时处理',
  'outcome.agree': '同意', 'outcome.refuse': '不同意',
  'timeline.who': '{name}({unit})',
  'timeline.system': '系统',
  'timeline.done': '{who}办理“{step}”:{outcome}。',
  'timeline.at': '{who}在“{step}”{act}。',
  'timeline.act': '{who}{act}。',
  'timeline.result': '{who}{act}:{outcome}。',
  'timeline.timer': '系统按时限处理“{step}”。',
  'timeline.label': '办理经过',
  'timeline.photos': '这一步的照片',
  'timeline.empty': '还没有办理记录。',
  'timeline.newest': '新的在前',
  'timeline.oldest': '从头看',
  'history.empty': '没有改动字段',
  'history.was': '原来是',
  'history.now': '改为',
  'history.first': '登记时',
  'history.removed': '已清空',
  'history.before': '空',
})
