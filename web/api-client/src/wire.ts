// The one way out to the server. It says of every request whether a person made it, and tells the session of every refusal.
import { ApiError, type Problem } from './error'

/** A request so long after a key or a touch is the page's own: a refetch, a renewal, an answer to an event. */
const AT_WORK_MS = 15_000
/** Marks what no person made; the server does not count it as activity, so that an open page keeps no session alive. A stream of events cannot carry it: the server never counts one. */
const BACKGROUND = 'X-Yiwang-Background'

/** A refused request. */
export type Refusal = { path: string; status: number; problem: Problem | null }

let touched = Date.now()
for (const it of ['keydown', 'pointerdown', 'wheel', 'popstate']) {
  window.addEventListener(it, () => { touched = Date.now() }, { capture: true, passive: true })
}

let heard: (it: Refusal) => void = () => undefined

/** Names who hears of refusals: the session. */
export function onRefusal(hear: (it: Refusal) => void): void {
  heard = hear
}

/** The headers that every request carries. */
export function marks(): Record<string, string> {
  return Date.now() - touched > AT_WORK_MS ? { [BACKGROUND]: '1' } : {}
}

/** Passes on that an answer was a refusal; gives it as an error. */
export function refused(url: string, status: number, body: unknown): ApiError {
  const problem = isProblem(body) ? body : null
  heard({ path: new URL(url, location.href).pathname, status, problem })
  return new ApiError(status, problem)
}

/** `fetch` with the marks; a refusal is passed on, the answer is the caller's. */
export async function send(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(marks())) request.headers.set(name, value)
  const answer = await fetch(request)
  if (!answer.ok) refused(request.url, answer.status, await answer.clone().json().catch(() => null))
  return answer
}

/** Fetches a path that the typed client cannot: a file, or what the document does not describe. Fails as `take` does. */
export async function fetchPath(path: string): Promise<Response> {
  const answer = await fetch(path, { credentials: 'same-origin', headers: marks() }).catch(() => null)
  if (!answer) throw new ApiError(0, null)
  if (!answer.ok) throw refused(path, answer.status, await answer.json().catch(() => null))
  return answer
}

export function isProblem(it: unknown): it is Problem {
  return typeof it === 'object' && it !== null && 'code' in it
}
