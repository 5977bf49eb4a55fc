// What can be done with a matter now, as buttons: one primary, the others beside it.
import type { Schemas } from '@yiwang/api-client'

export type Deed = {
  key: string
  /** Where it goes: the task, or the matter without one. */
  on: 'task' | 'matter'
  act: string
  outcome: string | null
  title: string
  form: string | null
  commentRequired: boolean
  /** Done by the press alone: there is nothing to fill in. */
  atOnce: boolean
  primary: boolean
  /** Until when it can be done. */
  until: string | null
}

/** Acts of holding: no form, no comment. */
const HOLDING = ['claim', 'release']

/** The deeds of a task; `takenOn` where its step begins with taking it on (签收). What opening and leaving the task do by themselves (`lease`) needs no button. */
export function deedsOf(task: Pick<Schemas['Task'], 'acts' | 'lease' | 'hindrance'>, takenOn = false): Deed[] {
  const found = task.acts.flatMap((act): Deed[] => {
    if (HOLDING.includes(act.act) && task.lease && !task.hindrance) return []
    const outcomes = act.outcomes ?? []
    if (outcomes.length === 0) return [deed('task', act, null, act)]
    return outcomes.map((it) => deed('task', act, it.id, it))
  })
  const first = (takenOn ? found.find((it) => it.act === 'claim') : undefined) ?? found.find((it) => it.outcome !== null) ?? found.find((it) => !HOLDING.includes(it.act))
  const marked = found.map((it) => ({ ...it, primary: it === first }))
  return [...marked.filter((it) => it.primary), ...marked.filter((it) => !it.primary && !HOLDING.includes(it.act)), ...marked.filter((it) => !it.primary && HOLDING.includes(it.act))]
}

/** The deeds on the matter without a task. */
export function matterDeedsOf(acts: readonly Schemas['Act'][]): Deed[] {
  return acts.map((it) => deed('matter', it, null, it))
}

function deed(on: Deed['on'], act: Schemas['Act'], outcome: string | null, it: { title: string; form?: string | null; comment_required: boolean; until?: string | null }): Deed {
  return {
    key: `${on} ${act.act} ${outcome ?? ''}`,
    on,
    act: act.act,
    outcome,
    title: it.title,
    form: it.form ?? null,
    commentRequired: it.comment_required,
    atOnce: on === 'task' && HOLDING.includes(act.act),
    primary: false,
    until: it.until ?? null,
  }
}
