import { beforeEach, describe, expect, it, vi } from 'vitest'
import { missing, outOfDate } from './update'

describe('a part that does not come', () => {
  const load = vi.fn()
  const asked = (newer: boolean, unsent: boolean) => ({ load, unsent: () => unsent, isNewer: async () => newer })
  beforeEach(() => {
    load.mockReset()
    outOfDate.value = ''
  })

  it('after an update loads the page anew', async () => {
    await missing('/staff/r/x', asked(true, false))
    expect([load.mock.calls, outOfDate.value]).toEqual([[['/staff/r/x']], ''])
  })

  it('only says so while something is typed', async () => {
    await missing('/staff/r/x', asked(true, true))
    expect([load.mock.calls.length, outOfDate.value]).toEqual([0, 'newer'])
  })

  it('is no update when the server is away: nothing is loaded in a circle', async () => {
    await missing('/staff/r/x', { ...asked(true, false), isNewer: () => Promise.reject(new Error('away')) })
    expect([load.mock.calls.length, outOfDate.value]).toEqual([0, 'failed'])
  })
})
