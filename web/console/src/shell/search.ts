// Search over everything one may read: every register by `q`, exact numbers before likenesses.
import { api, take, type Schemas } from '@yiwang/api-client'
import { brief } from '@yiwang/ui-kit/brief'
import type { RegisterItem } from './catalog'

/** A record that was found. */
export interface Hit {
  register: string
  registerTitle: string
  id: string
  label: string
  /** Whether one of its fields is exactly what was typed. */
  exact: boolean
  /** Number and place, as far as it has them. */
  line: string
  status: string
  updatedAt: string
}

/** Gives the definition of a register, by which number and place are known. */
export type Definitions = (register: string) => Promise<Schemas['Register'] | undefined>

const EACH = 5

/** Asks every register; one that fails gives nothing, all failing is a failure. */
export async function searchAll(registers: RegisterItem[], q: string, definitions: Definitions, signal: AbortSignal): Promise<Hit[]> {
  const answers = await Promise.allSettled(registers.map((it) => searchOne(it, q, definitions, signal)))
  const failed = answers.find((it) => it.status === 'rejected')
  if (failed && answers.every((it) => it.status === 'rejected')) throw failed.reason
  return rank(answers.flatMap((it) => (it.status === 'fulfilled' ? it.value : [])))
}

async function searchOne(register: RegisterItem, q: string, definitions: Definitions, signal: AbortSignal): Promise<Hit[]> {
  const call = api.GET('/api/v1/registers/{register}/records', {
    params: { path: { register: register.name }, query: { q, limit: EACH } },
    signal,
  })
  const { items } = await take(call)
  const definition = items.length > 0 ? await definitions(register.name) : undefined
  return items.map((it) => hit(register, definition, it, q))
}

function hit(register: RegisterItem, definition: Schemas['Register'] | undefined, record: Schemas['Record'], q: string): Hit {
  const wanted = q.toUpperCase()
  const { number, place } = brief(definition, record)
  return {
    register: register.name,
    registerTitle: register.title,
    id: record.id,
    label: record.label,
    exact: Object.values<unknown>(record.fields).some((it) => typeof it === 'string' && it.toUpperCase() === wanted && it !== record.label),
    line: [number, place].filter(Boolean).join(' '),
    status: record.status_title ?? '',
    updatedAt: record.updated_at,
  }
}

/** Exact numbers first, then what was touched last: matters in work before things that lie still. */
export function rank(hits: Hit[]): Hit[] {
  return [...hits].sort((a, b) => Number(b.exact) - Number(a.exact) || Date.parse(b.updatedAt) - Date.parse(a.updatedAt))
}
