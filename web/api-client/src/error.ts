import type { components } from './schema'

/** What went wrong, RFC 9457: `code` is stable, `detail` and `errors` are for people. */
export type Problem = components['schemas']['Problem']

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
