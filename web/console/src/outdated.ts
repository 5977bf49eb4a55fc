// Something changed: which answers are out of date. What may be the same (`similar`) is not asked again by itself: each look is written into the audit.
import type { QueryClient } from '@tanstack/vue-query'

/** Lists and figures; waits for the work lists only. */
export function outdateLists(client: QueryClient): Promise<unknown> {
  for (const it of ['record', 'stats']) void client.invalidateQueries({ queryKey: [it] })
  return client.invalidateQueries({ queryKey: ['tasks'] })
}
