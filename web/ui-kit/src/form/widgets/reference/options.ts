// What a reference may hold, from the server: found by title or code, nearest first when a place is known.
import { fetchPath } from '@yiwang/api-client'
import type { Point } from '../../context'

export type Option = { value: string; title: string; note: string | null }

/** The options that fit what was typed. */
export async function options(register: string, field: string, q: string, point: Point | null): Promise<Option[]> {
  const query = new URLSearchParams({ limit: '20' })
  if (q) query.set('q', q)
  if (point) {
    query.set('lon', String(point.lon))
    query.set('lat', String(point.lat))
  }
  const path = `/api/v1/registers/${encodeURIComponent(register)}/fields/${encodeURIComponent(field)}/options?${query.toString()}`
  const body: unknown = await (await fetchPath(path)).json().catch(() => null)
  return isPage(body) ? body.items : []
}

const titles = new Map<string, Promise<string>>()

/** The title of one value; the value itself where nobody knows it. */
export function titleOf(register: string, field: string, value: string): Promise<string> {
  const key = `${register} ${field} ${value}`
  const known = titles.get(key)
  if (known) return known
  const asked = options(register, field, value, null).then((items) => items.find((it) => it.value === value)?.title ?? value)
  titles.set(key, asked)
  asked.catch(() => titles.delete(key))
  return asked.catch(() => value)
}

function isPage(it: unknown): it is { items: Option[] } {
  return typeof it === 'object' && it !== null && 'items' in it && Array.isArray(it.items)
}
