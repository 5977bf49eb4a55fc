// Holding a task while it is open on the screen: claimed when opened, renewed while the page is seen, put back when left.
// Only tasks with a `lease` are held like this; elsewhere a claim takes the work on (签收) and is a button.
import { onScopeDispose, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'
import { ApiError, api, newKey, take, type Schemas } from '@yiwang/api-client'
import { beforeSignOut, me } from '../session'

/** What is asked of the server; tests give their own. */
export interface LeaseCalls {
  claim(task: string): Promise<unknown>
  renew(task: string): Promise<unknown>
  release(task: string): Promise<unknown>
}

type Leased = Pick<Schemas['Task'], 'id' | 'state' | 'lease' | 'holder'>

/** Half of what a lease of five minutes leaves, less a minute for a slow network. */
const RENEW_MS = 120_000

const server: LeaseCalls = {
  claim: (id) =>
    take(api.POST('/api/v1/tasks/{id}/{act}', { params: { path: { id, act: 'claim' }, header: { 'Idempotency-Key': newKey() } }, body: {} })),
  renew: (id) => take(api.POST('/api/v1/tasks/{id}/lease', { params: { path: { id } } })),
  // `keepalive`: the page may be closing.
  release: (id) => take(api.POST('/api/v1/tasks/{id}/{act}', { params: { path: { id, act: 'release' } }, body: {}, keepalive: true })),
}

export interface Lease {
  /** Why the task could not be held. */
  fault: Ref<ApiError | null>
  /** Tries once more to hold it. */
  again(): void
  /** To be called when an act has ended the task: there is nothing left to put back. */
  ended(): void
}

/** Holds `task` as long as the caller lives. `onClaimed` is the moment to load the task again: its acts have changed. */
export function useLease(
  task: MaybeRefOrGetter<Leased | null | undefined>,
  options: { onClaimed?: () => void; calls?: LeaseCalls } = {},
): Lease {
  const calls = options.calls ?? server
  const fault = ref<ApiError | null>(null)
  let wanted: string | null = null
  let held: string | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  function forget(): void {
    clearInterval(timer)
    held = null
  }

  async function leave(): Promise<void> {
    const id = held
    forget()
    if (id) await calls.release(id).catch(() => undefined)
  }

  function keep(id: string): void {
    held = id
    clearInterval(timer)
    timer = setInterval(() => void renew(), RENEW_MS)
  }

  async function claim(id: string): Promise<void> {
    fault.value = null
    try {
      await calls.claim(id)
    } catch (why) {
      if (wanted === id) refused(why)
      return
    }
    if (wanted !== id) {
      calls.release(id).catch(() => undefined)
      return
    }
    keep(id)
    options.onClaimed?.()
  }

  function refused(why: unknown): void {
    forget()
    fault.value = why instanceof ApiError ? why : null
  }

  async function renew(): Promise<void> {
    const id = held
    if (!id || document.visibilityState !== 'visible') return
    try {
      await calls.renew(id)
    } catch (why) {
      // Ran out while the page was hidden: nobody may have taken it. A network failure is tried again with the next round.
      if (held === id && why instanceof ApiError && why.status === 409) await claim(id)
    }
  }

  function look(now: Leased | null | undefined): void {
    const open = now && now.state === 'open' && now.lease ? now : null
    if (now && now.id === held && !open) forget()
    if (held && held !== open?.id) void leave()
    if (wanted !== (open?.id ?? null)) fault.value = null
    wanted = open?.id ?? null
    if (!open || held === open.id) return
    if (!open.holder) void claim(open.id)
    else if (open.holder.id === me.value?.id) keep(open.id)
  }

  function again(): void {
    if (wanted && !held) void claim(wanted)
  }

  watch(() => toValue(task), look, { immediate: true })
  const seen = (): void => void renew()
  document.addEventListener('visibilitychange', seen)
  const hidden = (): void => void leave()
  window.addEventListener('pagehide', hidden)
  // With the session gone, nothing could be put back.
  const forgo = beforeSignOut({ leave, stay: again })
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('pagehide', hidden)
    forgo()
    wanted = null
    void leave()
  })
  return { fault, again, ended: forget }
}
