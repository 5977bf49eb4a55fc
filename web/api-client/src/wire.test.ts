import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, api, fetchPath, onRefusal, take, type Problem } from './index'

const problem = { code: 'forbidden', detail: '本岗位看不到' } as Problem
const answer = vi.fn<(request: Request | string, init?: RequestInit) => Promise<Response>>()
const marked = (n: number): string | null => {
  const [request, init] = answer.mock.calls[n] ?? []
  return request instanceof Request ? request.headers.get('X-Yiwang-Background') : new Headers(init?.headers).get('X-Yiwang-Background')
}

describe('the way to the server', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('fetch', answer)
    answer.mockReset()
    answer.mockImplementation(async () => new Response('{"items":[]}', { status: 200, headers: { 'content-type': 'application/json' } }))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('marks what no person made, until somebody touches the page again', async () => {
    window.dispatchEvent(new Event('keydown'))
    await take(api.GET('/api/v1/registers'))
    vi.advanceTimersByTime(60_000)
    await take(api.GET('/api/v1/registers'))
    await fetchPath('/api/v1/x')
    window.dispatchEvent(new Event('pointerdown'))
    await fetchPath('/api/v1/x')
    expect([0, 1, 2, 3].map(marked)).toEqual([null, '1', '1', null])
  })

  it('tells the session of every refusal, and the caller why', async () => {
    const heard = vi.fn()
    onRefusal(heard)
    answer.mockImplementation(async () => new Response(JSON.stringify(problem), { status: 403, headers: { 'content-type': 'application/json' } }))
    await expect(fetchPath('/api/v1/fields')).rejects.toEqual(new ApiError(403, problem))
    await expect(take(api.GET('/api/v1/registers'))).rejects.toThrow('本岗位看不到')
    expect(heard.mock.calls.map(([it]) => [it.path, it.status, it.problem?.code])).toEqual([['/api/v1/fields', 403, 'forbidden'], ['/api/v1/registers', 403, 'forbidden']])
  })
})
