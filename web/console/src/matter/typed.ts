// What is typed for the acts of a matter: which form is open, which words wait for it, which have lost their step.
// It belongs to its task: another task with the same act has another text.
import type { Schemas } from '@yiwang/api-client'
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { draftKey, draftOf, draftsOn, forget, isTyped, type Draft } from '../drafts'
import { me } from '../session'
import type { Deed } from './deeds'
import { answered, type Part } from './part'

type Shown = {
  record: Schemas['Record']
  /** All that is open on the matter. */
  tasks: readonly Schemas['OpenTask'][]
  /** The one that is worked on. */
  task: Schemas['Task'] | null
  /** How far what can be done is known. */
  part: Part
}

/** Over what a page shows of a matter, what can be done there, and the forms for it. */
export function useTyped(page: Readonly<Shown>, deeds: () => readonly Deed[], forms: () => Record<string, Schemas['Form']>) {
  /** Key of the draft whose form is open. */
  const open = ref('')
  /** Opened by a press. */
  const pressed = ref(false)
  const ready = computed(() => answered(page.part))
  const drafts = computed(() => draftsOn(page.record.id).filter((it) => it.deed !== null))
  const source = (): Schemas['Record'] => page.record
  // What was typed on another page starts from now on from what this one reads.
  for (const it of drafts.value) draftOf(it.record, it.task, it.deed, source)

  const taskOf = (deed: Deed): string => (deed.on === 'task' ? page.task?.id ?? '' : '')
  const isOpen = (task: string): boolean => page.tasks.some((it) => it.id === task)
  const offered = (it: Draft): Deed | undefined => deeds().find((deed) => draftKey(page.record.id, taskOf(deed), deed) === it.key)
  /** A colleague holds the task. */
  const theirs = computed(() => page.task?.state === 'open' && Boolean(page.task.holder) && page.task.holder?.id !== me.value?.id)
  /** Its turn comes again: another task that is still open, this one when the colleague lets go of it. */
  const waits = (it: Draft): boolean => (it.task === page.task?.id ? theirs.value : isOpen(it.task))

  /** The open form; it stays while what can be done is asked again. */
  const shown = computed(() => {
    const draft = drafts.value.find((it) => it.key === open.value)
    const deed = draft && (offered(draft) ?? (ready.value ? undefined : draft.deed))
    return draft && deed ? { draft, deed } : undefined
  })
  const closed = computed(() => drafts.value.filter((it) => it.key !== open.value && isTyped(it) && offered(it)))
  /** Typed for a step that is gone. */
  const gone = computed(() => (ready.value ? drafts.value.filter((it) => isTyped(it) && !offered(it) && !waits(it)) : []))

  // What could still be done when an act was done here: where that act ended it, nobody looks for the words again, and they go with this page.
  const passed = new Set<string>()
  watch(gone, (all) => {
    if (!ready.value) return
    for (const it of drafts.value) it.over.value = all.includes(it) && passed.has(it.key) && !isOpen(it.task)
  })
  onBeforeUnmount(() => drafts.value.filter((it) => it.over.value).forEach(forget))

  // What a new version of the matter offers may have another form.
  watch(forms, (all) => { for (const it of drafts.value) if (offered(it)) it.form.value = all[it.deed?.form ?? ''] ?? null })
  // With another task, what was typed for it before is there again. The same task asked for once more is no other: its open form stays.
  let taskBefore: string | null = null
  watch(() => (ready.value ? page.task?.id ?? '' : null), (it) => {
    if (it === null || it === taskBefore) return
    taskBefore = it
    pressed.value = false
    open.value = drafts.value.find((one) => isTyped(one) && offered(one))?.key ?? ''
  }, { immediate: true })

  /** Opens the form of a deed, or shuts it when it is open. */
  function show(deed: Deed): void {
    const draft = draftOf(page.record.id, taskOf(deed), deed, source)
    draft.form.value = forms()[deed.form ?? ''] ?? null
    pressed.value = true
    open.value = open.value === draft.key ? '' : draft.key
  }

  function shut(): void {
    open.value = ''
  }

  /** An act was done here. */
  function acted(): void {
    shut()
    for (const it of closed.value) passed.add(it.key)
  }

  /** The page shows what that act came to: what can still be done it has not ended. */
  function settled(): void {
    for (const it of drafts.value) if (offered(it) || isOpen(it.task)) passed.delete(it.key)
  }

  return { ready, pressed, shown, closed, gone, offered, show, shut, acted, settled }
}
