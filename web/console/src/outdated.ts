// Something changed: which answers are out of date. What may be the same (`similar`) is not asked again by itself: each look is written into the audit.
import type { QueryClient } from '@tanstack/vue-query'
import { follow, paced, type Stream } from './events'
import { isLong } from './work/useWork'

/** What others change is seen so late in the lists and figures of everybody: a busy county would ask for them without end. */
const SHARED_MS = 60_000

/** After something was done here: lists and figures; waits for the work lists only. */
export function outdateLists(client: QueryClient): Promise<unknown> {
  outdateShared(client)
  return client.invalidateQueries({ queryKey: ['tasks'] })
}

/** Follows what others do: one's own work and the opened matter are asked for at once, what everybody sees seldom. Gives back how to end it. */
export function followNews(client: QueryClient, open?: () => Stream): () => void {
  const [shared, quiet] = paced(() => outdateShared(client), SHARED_MS)
  const end = follow(() => {
    void client.invalidateQueries({ queryKey: ['tasks'], refetchType: 'none' })
    void client.invalidateQueries({ queryKey: ['tasks'], predicate: (it) => !isLong(it.state.data) })
    void client.invalidateQueries({ queryKey: ['matter'] })
    shared()
  }, open)
  return () => {
    end()
    quiet()
  }
}

function outdateShared(client: QueryClient): void {
  for (const it of ['record', 'stats']) void client.invalidateQueries({ queryKey: [it] })
}
