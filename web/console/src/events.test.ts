import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { follow, type Stream } from './events'

class FakeStream implements Stream {
  onopen: ((event: Event) => unknown) | null = null
  onerror: ((event: Event) => unknown) | null = null
  closed = false
  private readonly heard = new Map<string, () => void>()
  addEventListener(type: string, heard: () => void): void {
    this.heard.set(type, heard)
  }
  close(): void {
    this.closed = true
  }
  say(type: string): void {
    this.heard.get(type)?.()
  }
  open(): void {
    this.onopen?.(new Event('open'))
  }
  fail(): void {
    this.onerror?.(new Event('error'))
  }
}

describe('follow', () => {
  let streams: FakeStream[] = []
  const changed = vi.fn()
  const open = (): Stream => {
    const it = new FakeStream()
    streams.push(it)
    return it
  }
  const last = (): FakeStream => streams.at(-1) as FakeStream
  let stop = (): void => undefined

  beforeEach(() => {
    vi.useFakeTimers()
    streams = []
    changed.mockClear()
    stop = follow(changed, open)
  })
  afterEach(() => {
    stop()
    vi.useRealTimers()
  })

  it('passes on what the stream says', () => {
    last().open()
    expect(changed).not.toHaveBeenCalled()
    last().say('tasks')
    expect(changed).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(60_000)
    last().say('record')
    expect(changed).toHaveBeenCalledTimes(2)
  })

  it('asks no more than every five seconds, and loses nothing', () => {
    last().open()
    for (let second = 0; second < 8; second += 1) {
      last().say('tasks')
      vi.advanceTimersByTime(1_000)
    }
    expect(changed).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(60_000)
    expect(changed).toHaveBeenCalledTimes(3)
  })

  it('asks every half minute while the stream fails, however often it is tried', () => {
    last().fail()
    for (let n = 0; n < 4; n += 1) {
      vi.advanceTimersToNextTimer()
      last().fail()
    }
    changed.mockClear()
    vi.advanceTimersByTime(90_000)
    expect(changed).toHaveBeenCalledTimes(3)
  })

  it('waits longer after each failure', () => {
    const waits: number[] = []
    for (let n = 0; n < 4; n += 1) {
      const before = Date.now()
      const count = streams.length
      last().fail()
      while (streams.length === count) vi.advanceTimersByTime(500)
      waits.push(Date.now() - before)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000])
  })

  it('asks once and stops asking by itself when the stream is back', () => {
    last().fail()
    vi.advanceTimersByTime(1_000)
    expect(streams).toHaveLength(2)
    last().open()
    expect(changed).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(120_000)
    expect(changed).toHaveBeenCalledTimes(1)
  })

  it('lets go of its connection while the tab is hidden, and asks once when it is seen again', () => {
    const hide = (hidden: boolean): void => {
      vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden)
      document.dispatchEvent(new Event('visibilitychange'))
    }
    last().open()
    hide(true)
    expect(last().closed).toBe(true)
    vi.advanceTimersByTime(600_000)
    expect([streams.length, changed.mock.calls.length]).toEqual([1, 0])
    hide(false)
    last().open()
    vi.advanceTimersByTime(60_000)
    expect([streams.length, changed.mock.calls.length, last().closed]).toEqual([2, 1, false])
  })

  it('is quiet once stopped', () => {
    last().fail()
    stop()
    vi.advanceTimersByTime(600_000)
    expect(streams).toHaveLength(1)
    expect(changed).not.toHaveBeenCalled()
    expect(last().closed).toBe(true)
  })
})
