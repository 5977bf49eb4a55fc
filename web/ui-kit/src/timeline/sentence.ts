// One act as a sentence: who, of which unit, did what at which step, with which outcome.
import type { Schemas } from '@yiwang/api-client'
import { t } from '../words'
import './words'

type Entry = Schemas['Entry']
type Step = Schemas['Step']

/** Done by the system itself, such as a timer. */
export function isAutomatic(it: Entry): boolean {
  return it.subject_kind === 'job'
}

/** `沈若兰(监督受理科)办理“受理”:立案。` Titles come from the steps of the process, then from the product's own words. */
export function sentence(it: Entry, steps: readonly Step[]): string {
  const name = isAutomatic(it) ? t('timeline.system') : it.subject_name
  const who = it.department && !isAutomatic(it) ? t('timeline.who', { name, unit: it.department }) : name
  // What decides a request is no step of the process: another step's 同意作废 is not its 同意.
  const outcome = it.outcome ? ownTitle(it.outcome, it.step, steps) ?? spoken('outcome', it.outcome) ?? titleOf(it.outcome, it.step, steps) ?? it.outcome : ''
  if (it.act === 'timer' && it.step) return t('timeline.timer', { step: it.step })
  if (it.act === 'complete' && it.step && outcome) return t('timeline.done', { who, step: it.step, outcome })
  const act = titleOf(it.act, it.step, steps) ?? word('act', it.act)
  if (it.step) return t('timeline.at', { who, step: it.step, act })
  return outcome && outcome !== act ? t('timeline.result', { who, act, outcome }) : t('timeline.act', { who, act })
}

/** The title that the process gives a name: at its own step, else the only one it has anywhere. */
function titleOf(name: string, step: string | null | undefined, steps: readonly Step[]): string | undefined {
  const own = ownTitle(name, step, steps)
  if (own) return own
  const all = new Set(steps.flatMap((it) => it.acts[name] ?? []))
  return all.size === 1 ? [...all][0] : undefined
}

function ownTitle(name: string, step: string | null | undefined, steps: readonly Step[]): string | undefined {
  return steps.find((it) => it.title === step)?.acts[name]
}

function word(kind: string, name: string): string {
  return spoken(kind, name) ?? name
}

function spoken(kind: string, name: string): string | undefined {
  const found = t(`${kind}.${name}`)
  return found === `${kind}.${name}` ? undefined : found
}
