import { expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { answered, partOf } from './part'

const query = (isPending: boolean, fetchStatus: string, error: unknown = null) => ({ isPending: ref(isPending), fetchStatus: ref(fetchStatus), error: ref(error), refetch: vi.fn() })

it('only what was answered counts as a fact; what is not asked keeps nobody waiting', () => {
  const waiting = query(true, 'fetching')
  const broken = query(false, 'idle', new Error('away'))
  const fine = query(false, 'idle')
  expect([partOf(waiting, fine), partOf(query(true, 'paused')), partOf(broken, fine), partOf(fine, query(true, 'idle'))].map((it) => answered(it.value))).toEqual([false, false, false, true])
  partOf(broken, fine).value.retry()
  expect([broken.refetch.mock.calls.length, fine.refetch.mock.calls.length]).toEqual([1, 0])
})
