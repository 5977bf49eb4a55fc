// The API as the document describes it: paths and types come from `schema.d.ts`, which is generated; nothing is typed by hand.
import createClient from 'openapi-fetch'
import { ApiError, type Problem } from './error'
import type { components, paths } from './schema'
import { isProblem, send } from './wire'

export { ApiError, type Problem }
export { fetchPath, marks, onRefusal, refused } from './wire'
export type Schemas = components['schemas']

/** The typed client; the session cookie goes along by itself. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin', fetch: send })

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
