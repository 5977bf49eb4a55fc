import { addWords } from '../words'

addWords({
  'chart.asTable': '看数字',
  'chart.asChart': '看图',
  'chart.described': '{title}。数字可以切换成表格看。',
  'chart.failed': '图没有画出来,下面是数字。',
  'chart.none': '没有可以画的数。',
})
