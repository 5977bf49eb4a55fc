import { addWords } from '../words'

addWords({
  'photos.open': '放大第 {n} 张',
  'photos.one': '第 {n} 张,共 {all} 张',
  'photos.previous': '上一张',
  'photos.next': '下一张',
  'photos.close': '关闭',
  'photos.original': '看原图',
  'photos.failed': '这张没有取到',
  'photos.file': '文件 {n}',
})
