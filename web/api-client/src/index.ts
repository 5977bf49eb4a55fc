// The API as the document describes it: paths and types come from `schema.d.ts`, which is generated; nothing is typed by hand.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
/** What went wrong, RFC 9457: `code` is stable, `detail` and `errors` are for people. */
export type Problem = Schemas['Problem']

/** The typed client; the session cookie goes along by itself. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' })

/** A refused or failed call. `problem` is there unless the server was not reached. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem | null
  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? problem?.title ?? '连不上服务器。请检查网络后再试,已填的内容都还在。')
    this.status = status
    this.problem = problem
  }
}

/** The data of an answer, or an `ApiError`. */
export async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer
  try {
    answer = await call
  } catch {
    throw new ApiError(0, null)
  }
  if (answer.response.ok) return answer.data as T
  throw new ApiError(answer.response.status, isProblem(answer.error) ? answer.error : null)
}

/** A fresh Idempotency-Key: one per intended write, the same again when that write is repeated. */
export function newKey(): string {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (it) => it.toString(16).padStart(2, '0')).join('')
}

function isProblem(it: unknown): it is Problem {
  return typeof it === 'object' && it !== null && 'code' in it
}
