// The comparison with the period before, in words.
import { t } from '@yiwang/ui-kit/words'
import { difference } from './table'
import './words'

/** `比2026年10月多 12`, `比2026年10月低 3.20 个百分点`; empty when there is nothing to compare. */
export function comparison(now: string | null | undefined, before: string | null | undefined, unit: string | null | undefined, period: string): string {
  if (!now) return ''
  if (!before) return t('stats.noneBefore', { period })
  const step = difference(now, before)
  if (/^-?0+(\.0+)?$/.test(step)) return t('stats.same', { period })
  const down = step.startsWith('-')
  const n = step.replace('-', '')
  if (unit === '%') return t(down ? 'stats.lower' : 'stats.higher', { period, n })
  return t(down ? 'stats.less' : 'stats.more', { period, n: unit ? `${n} ${unit}` : n })
}
