import type { Schemas } from '@yiwang/api-client'
import { expect, it } from 'vitest'
import { causeOf } from './cause'

let seq = 0
const entry = (act: string, subject_kind = 'staff'): Schemas['Entry'] => ({ seq: (seq += 1), act, subject_kind, comment: act }) as Schemas['Entry']

it.each([
  [['create', 'complete', 'return'], 'return'],
  // Opening the task claims it; its deadline passes by itself; a field is mended: the return is still the reason.
  [['create', 'return', 'claim', 'release', 'claim', 'job timer', 'update'], 'return'],
  // It is urged, or its holder asks for more time: notes beside what sent it here.
  [['create', 'return', 'urge', 'supervise', 'instruct'], 'return'],
  [['complete', 'return', 'extend'], 'return'],
  [['complete', 'return', 'suspend', 'urge'], 'return'],
  [['complete', 'extend', 'complete'], 'complete'],
  [['claim'], undefined],
  [[], undefined],
])('%o', (acts, expected) => expect(causeOf(acts.map((it) => (it === 'job timer' ? entry('timer', 'job') : entry(it))))?.act).toBe(expected))
