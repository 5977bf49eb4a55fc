// Which elements of a diagram are done and which are current.

/** How an element stands. */
export type Mark = 'current' | 'done' | 'open'

/** An element that people do; `id` is its element in the file. */
export type Step = { id: string; title: string }

/** How a step stands. Steps may be named by element or by title: a timeline knows only titles. A step that is open again is current. */
export function markOf(step: Step, current: readonly string[], done: readonly string[]): Mark {
  const named = (list: readonly string[]): boolean => list.includes(step.id) || list.includes(step.title)
  if (named(current)) return 'current'
  return named(done) ? 'done' : 'open'
}

/** The zoom that shows `inner` whole inside `outer`, never larger than life. */
export function fitZoom(outer: { width: number; height: number }, inner: { width: number; height: number }): number {
  return Math.min(1, outer.width / Math.max(1, inner.width), outer.height / Math.max(1, inner.height))
}
