// Search over everything one may read: every register by `q`, exact numbers before likenesses.
import { api, take, type Schemas } from '@yiwang/api-client'
import type { RegisterItem } from './catalog'

/** A record that was found. */
export interface Hit {
  register: string
  registerTitle: string
  id: string
  label: string
  /** The number that is exactly what was typed. */
  number: string | null
  status: string
}

const EACH = 5

/** Asks every register; one that fails gives nothing, all failing is a failure. */
export async function searchAll(registers: RegisterItem[], q: string, signal: AbortSignal): Promise<Hit[]> {
  const answers = await Promise.allSettled(registers.map((it) => searchOne(it, q, signal)))
  const failed = answers.find((it) => it.status === 'rejected')
  if (failed && answers.every((it) => it.status === 'rejected')) throw failed.reason
  return rank(answers.flatMap((it) => (it.status === 'fulfilled' ? it.value : [])))
}

async function searchOne(register: RegisterItem, q: string, signal: AbortSignal): Promise<Hit[]> {
  const call = api.GET('/api/v1/registers/{register}/records', {
    params: { path: { register: register.name }, query: { q, limit: EACH } },
    signal,
  })
  return (await take(call)).items.map((it) => hit(register, it, q))
}

function hit(register: RegisterItem, record: Schemas['Record'], q: string): Hit {
  const wanted = q.toUpperCase()
  const number = Object.values<unknown>(record.fields).find((it) => typeof it === 'string' && it.toUpperCase() === wanted && it !== record.label)
  return {
    register: register.name,
    registerTitle: register.title,
    id: record.id,
    label: record.label,
    number: typeof number === 'string' ? number : null,
    status: record.status_title ?? '',
  }
}

/** Exact numbers first; otherwise as the registers gave them. */
export function rank(hits: Hit[]): Hit[] {
  return [...hits.filter((it) => it.number !== null), ...hits.filter((it) => it.number === null)]
}
