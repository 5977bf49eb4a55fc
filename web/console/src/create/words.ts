import { addWords } from '@yiwang/ui-kit/words'

addWords({
  'new.title': '新建{register}',
  'new.what': '登记后得到编号,按流程办理。',
  'new.kind': '登记方式',
  'new.save': '登记',
  'new.anyway': '不是同一件,仍然登记',
  'new.cancel': '取消',
  'new.forbidden': '本岗位不能登记{register}。',
  'new.alike': '先看一眼,可能已经登记过了',
  'new.alikeWhat': '在新窗口打开核对。是同一件的,不用再登记。',
})
