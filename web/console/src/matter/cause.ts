// Why the matter lies at its step: the last act that moved it, such as a return, a refusal, a check that found nothing repaired.
import type { Schemas } from '@yiwang/api-client'
import { isAutomatic } from '@yiwang/ui-kit/timeline/sentence'

/** Acts that leave a matter where it is: whoever opens a task claims it, others urge or ask for something, and what brought it there is still the reason. */
const STILL = ['claim', 'release', 'read', 'copy', 'update', 'urge', 'supervise', 'instruct', 'rate', 'extend', 'suspend']

/** The entry of that act. */
export function causeOf(entries: readonly Schemas['Entry'][]): Schemas['Entry'] | undefined {
  return entries.filter((it) => !isAutomatic(it) && !STILL.includes(it.act)).at(-1)
}
