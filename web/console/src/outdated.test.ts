import { QueryClient, QueryObserver } from '@tanstack/vue-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Stream } from './events'
import { followNews, outdateLists } from './outdated'

const short = { pages: [1, 2, 3] }
const long = { pages: [1, 2, 3, 4] }
const KEYS: [string[], unknown][] = [[['tasks', 'box', 'todo'], short], [['tasks', 'box', 'done'], long], [['matter', 'case', '1'], {}], [['record', 'list'], {}], [['stats', 'case'], {}]]
let client: QueryClient
let asked: string[] = []
let say: () => void = () => undefined
let ends: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  ends = KEYS.map(([queryKey, data]) => {
    client.setQueryData(queryKey, data)
    return new QueryObserver(client, { queryKey, queryFn: async () => { asked.push(queryKey.join()); return data } }).subscribe(() => undefined)
  })
  const stream: Stream = { onopen: null, onerror: null, close: () => undefined, addEventListener: (_, heard) => { say = heard } }
  ends.push(followNews(client, () => stream))
})
afterEach(() => {
  ends.forEach((it) => it())
  vi.useRealTimers()
})

/** What is asked for within a time. */
async function within(milliseconds: number): Promise<string[]> {
  asked = []
  await vi.advanceTimersByTimeAsync(milliseconds)
  return asked
}

it('news of others ask at once for one\'s own work, once a minute for what everybody sees, not for a box opened far down', async () => {
  say()
  expect(await within(1_000)).toEqual(['tasks,box,todo', 'matter,case,1', 'record,list', 'stats,case'])
  await within(5_000)
  say()
  expect(await within(1_000)).toEqual(['tasks,box,todo', 'matter,case,1'])
  expect(await within(60_000)).toEqual(['record,list', 'stats,case'])
  expect(client.getQueryState(['tasks', 'box', 'done'])?.isInvalidated).toBe(true)
})

it('what was done here is asked for whole and at once', async () => {
  say()
  await within(1_000)
  void outdateLists(client)
  expect((await within(1_000)).sort()).toEqual(['record,list', 'stats,case', 'tasks,box,done', 'tasks,box,todo'])
})
