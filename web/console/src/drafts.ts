// What is typed and not yet sent. It outlives the pane it was typed in: another row, a narrower window, Esc lose nothing.
import type { Schemas } from '@yiwang/api-client'
import { beginIn } from '@yiwang/ui-kit/form/begin'
import { useForm, type FormState } from '@yiwang/ui-kit/form/state'
import { addWords, t } from '@yiwang/ui-kit/words'
import { onScopeDispose, shallowReactive, shallowRef, type ShallowRef } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import type { Deed } from './matter/deeds'
import { useKey } from './matter/writing'
import { leaving, me } from './session'

addWords({ 'unsent.leave': '填好的还没有提交,离开这一页就没有了。要离开吗?' })

type Source = () => Schemas['Record'] | null

export type Draft = {
  key: string
  user: string
  record: string
  /** The task it is typed for; empty for what is done without one. */
  task: string
  /** What is done with it; none for changing the record itself. */
  deed: Deed | null
  /** The form as it was last offered. */
  form: ShallowRef<Schemas['Form'] | null>
  state: FormState
  /** Gives the Idempotency-Key of a content. */
  keyFor: (content: unknown) => string
  /** The record as whoever shows the draft has read it. */
  source: ShallowRef<Source>
  /** Version of the record over which it was begun to be typed. */
  version: ShallowRef<number | null>
  /** An act of one's own ended what it was typed for: shown once more, asked about no longer. */
  over: ShallowRef<boolean>
}

const drafts = shallowReactive(new Map<string, Draft>())
const guards = new Set<() => boolean>()
const user = (): string => me.value?.id ?? ''

/** Where what is typed for a deed is kept: two tasks that offer the same deed keep two texts. */
export function draftKey(record: string, task: string, deed: Deed | null): string {
  return [user(), record, task, deed?.key ?? 'edit'].join('|')
}

/** The draft, begun now or long ago. */
export function draftOf(record: string, task: string, deed: Deed | null, source: Source): Draft {
  const key = draftKey(record, task, deed)
  const known = drafts.get(key)
  if (known) {
    known.source.value = source
    return known
  }
  const read = shallowRef(source)
  const version = shallowRef<number | null>(null)
  const state = useForm(beginIn(() => read.value()), () => { version.value = read.value()?.version ?? null })
  const made = { key, user: user(), record, task, deed, form: shallowRef(null), state, keyFor: useKey(), source: read, version, over: shallowRef(false) }
  drafts.set(key, made)
  return made
}

/** Everything that this person has begun for a record. */
export function draftsOn(record: string): Draft[] {
  return [...drafts.values()].filter((it) => it.record === record && it.user === user())
}

/** Whether something stands in it; in a change of the record an emptied field is something too. */
export function isTyped(it: Draft): boolean {
  return it.state.touched.value || (it.deed === null && Object.keys(it.state.values).length > 0)
}

const isWanted = (it: Draft): boolean => isTyped(it) && !it.over.value

/** Whether a row of the work list has something unsent behind it. */
export function isUnsent(record: string, task: string | null | undefined): boolean {
  return draftsOn(record).some((it) => isWanted(it) && (it.task === '' || !task || it.task === task))
}

/** It was sent, or is not wanted. */
export function forget(it: Draft): void {
  it.state.end()
  drafts.delete(it.key)
}

/** Whether leaving this page would lose something. */
export function anyUnsent(): boolean {
  return [...drafts.values()].some(isWanted) || [...guards].some((it) => it())
}

/** A page whose form is not kept asks before it is left. */
export function useGuard(dirty: () => boolean): void {
  const mayLeave = (): boolean => !dirty() || window.confirm(t('unsent.leave'))
  guards.add(dirty)
  onScopeDispose(() => guards.delete(dirty))
  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => to.path === from.path || mayLeave())
}

/** The browser asks before the page is closed over something unsent. */
export function askBeforeClosing(): void {
  window.addEventListener('beforeunload', (event) => {
    if (leaving.value || !anyUnsent()) return
    event.preventDefault()
    // What browsers before Chromium 119 look at.
    event.returnValue = true
  })
}
