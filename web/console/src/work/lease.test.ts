import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import { ApiError, type Problem, type Schemas } from '@yiwang/api-client'
import { leaving, me, signOut } from '../session'
import { useLease, type Lease, type LeaseCalls } from './lease'

type Leased = Pick<Schemas['Task'], 'id' | 'state' | 'lease' | 'holder'>

const free = (id: string): Leased => ({ id, state: 'open', lease: 300, holder: null })
const heldBy = (id: string, user: string): Leased => ({ ...free(id), holder: { id: user, name: user } })
const taken = new ApiError(409, { code: 'task-taken', detail: '别人正在处理' } as Problem)

const settled = async (): Promise<void> => {
  await nextTick()
  await vi.advanceTimersByTimeAsync(0)
}

describe('useLease', () => {
  const task = ref<Leased | null>(null)
  const onClaimed = vi.fn()
  const claim = vi.fn<LeaseCalls['claim']>()
  const renew = vi.fn<LeaseCalls['renew']>()
  const release = vi.fn<LeaseCalls['release']>()
  let scope: EffectScope
  let lease: Lease

  beforeEach(async () => {
    vi.useFakeTimers()
    for (const it of [onClaimed, claim, renew, release]) it.mockReset()
    claim.mockResolvedValue({})
    release.mockResolvedValue({})
    renew.mockResolvedValue({})
    me.value = { id: 'anna', name: '安娜', kind: 'staff', posts: [], demo: false } as unknown as Schemas['Me']
    task.value = null
    scope = effectScope()
    lease = scope.run(() => useLease(task, { onClaimed, calls: { claim, renew, release } })) as Lease
    await settled()
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  async function show(it: Leased | null): Promise<void> {
    task.value = it
    await settled()
  }
  /** What was held to the end: what leaving puts back. */
  function atLast(): string[][] {
    release.mockClear()
    scope.stop()
    return release.mock.calls
  }

  it('claims what is opened, renews it, puts it back when left', async () => {
    await show(free('a'))
    expect(claim.mock.calls).toEqual([['a']])
    expect(onClaimed).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(240_000)
    expect(renew).toHaveBeenCalledTimes(2)
    scope.stop()
    expect(release.mock.calls).toEqual([['a']])
    await vi.advanceTimersByTimeAsync(240_000)
    expect(renew).toHaveBeenCalledTimes(2)
  })

  it('claims once although the task is loaded again', async () => {
    await show(free('a'))
    await show(heldBy('a', 'anna'))
    expect([claim, release].map((it) => it.mock.calls.length)).toEqual([1, 0])
  })

  it('leaves alone what has no lease: taking on is a button', async () => {
    await show({ ...free('a'), lease: null })
    scope.stop()
    expect([claim, release].map((it) => it.mock.calls.length)).toEqual([0, 0])
  })

  it('asks nothing while a colleague is at it', async () => {
    await show(heldBy('a', 'bert'))
    expect([claim.mock.calls.length, atLast()]).toEqual([0, []])
  })

  it('says so when a colleague was faster', async () => {
    claim.mockRejectedValue(taken)
    await show(free('a'))
    expect([lease.fault.value, atLast()]).toEqual([taken, []])
  })

  it('changes over: one is put back, the next is claimed', async () => {
    await show(free('a'))
    await show(free('b'))
    expect([claim.mock.calls, release.mock.calls]).toEqual([[['a'], ['b']], [['a']]])
  })

  it('puts back a claim that came through after the reader had gone on', async () => {
    let arrive = (_: unknown): void => undefined
    claim.mockImplementationOnce(() => new Promise((resolve) => (arrive = resolve)))
    await show(free('a'))
    await show(null)
    arrive({})
    await settled()
    expect([release.mock.calls.slice(), atLast()]).toEqual([[['a']], []])
  })

  it('puts nothing back after the act that ended the task', async () => {
    await show(free('a'))
    lease.ended()
    scope.stop()
    expect(release).not.toHaveBeenCalled()
  })

  it('puts nothing back when the task was ended elsewhere', async () => {
    await show(free('a'))
    await show({ ...free('a'), state: 'done' })
    scope.stop()
    expect(release).not.toHaveBeenCalled()
  })

  it('claims again what ran out while nobody took it, and tells when somebody did', async () => {
    await show(free('a'))
    renew.mockRejectedValue(taken)
    await vi.advanceTimersByTimeAsync(120_000)
    expect([claim.mock.calls.length, lease.fault.value]).toEqual([2, null])
    claim.mockRejectedValue(taken)
    await vi.advanceTimersByTimeAsync(120_000)
    expect([claim.mock.calls.length, lease.fault.value, atLast()]).toEqual([3, taken, []])
  })

  it('says why it could not be held, and tries again when asked', async () => {
    claim.mockRejectedValueOnce(new ApiError(0, null))
    await show(free('a'))
    expect(lease.fault.value?.status).toBe(0)
    lease.again()
    await settled()
    expect(lease.fault.value).toBeNull()
    lease.again()
    expect(claim).toHaveBeenCalledTimes(2)
    expect(atLast()).toEqual([['a']])
  })

  it('is put back before the session ends', async () => {
    const calls: string[] = []
    release.mockImplementation(async () => { calls.push('released') })
    vi.stubGlobal('fetch', vi.fn(async () => { calls.push('signed out'); return new Response(null, { status: 204 }) }))
    vi.spyOn(location, 'assign').mockImplementation(() => undefined)
    await show(free('a'))
    await signOut()
    expect(calls).toEqual(['released', 'signed out'])
    leaving.value = false
    vi.unstubAllGlobals()
  })

  it('is held again when the session could not be ended', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('away'))))
    await show(free('a'))
    await expect(signOut()).rejects.toEqual(new ApiError(0, null))
    await settled()
    expect([claim.mock.calls, release.mock.calls.slice()]).toEqual([[['a'], ['a']], [['a']]])
    expect(atLast()).toEqual([['a']])
    vi.unstubAllGlobals()
  })

  it('bears a dead network until the next round', async () => {
    await show(free('a'))
    renew.mockRejectedValueOnce(new ApiError(0, null))
    await vi.advanceTimersByTimeAsync(240_000)
    expect([renew.mock.calls.length, claim.mock.calls.length, atLast()]).toEqual([2, 1, [['a']]])
  })
})
