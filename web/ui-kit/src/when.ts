// Times as an office reads them: relative up to a day, absolute beyond; the exact moment stands in the tooltip.
import { now } from './now'
import { t, addWords } from './words'

addWords({
  'when.now': '刚刚',
  'when.minutes': '{n} 分钟前',
  'when.hours': '{n} 小时前',
  'when.inMinutes': '{n} 分钟后',
  'when.inHours': '{n} 小时后',
})

const OFFICE = 'Asia/Shanghai'
const exact = new Intl.DateTimeFormat('zh-CN', {
  timeZone: OFFICE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
})

/** `2026-10-19 06:43` on the clock of the place. */
export function exactTime(iso: string): string {
  const parts = Object.fromEntries(exact.formatToParts(new Date(iso)).map((it) => [it.type, it.value]))
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`
}

/** `40 分钟前`, `10月19日 06:43`, `2025年10月19日 06:43`. */
export function relativeTime(iso: string, at: Date = now.value): string {
  const minutes = Math.round((at.getTime() - new Date(iso).getTime()) / 60_000)
  const size = Math.abs(minutes)
  if (size < 1) return t('when.now')
  if (size < 60) return t(minutes > 0 ? 'when.minutes' : 'when.inMinutes', { n: size })
  if (size < 24 * 60) return t(minutes > 0 ? 'when.hours' : 'when.inHours', { n: Math.round(size / 60) })
  const [date = '', time = ''] = exactTime(iso).split(' ')
  const [year, month, day] = date.split('-').map(Number)
  const thisYear = Number(exactTime(at.toISOString()).slice(0, 4))
  return `${year === thisYear ? '' : `${year}年`}${month}月${day}日 ${time}`
}
