// Which entries of a dictionary are offered, and in which order they stand.
import type { Schemas } from '@yiwang/api-client'

type Entry = Schemas['DictionaryEntry']

export type Option = {
  code: string
  title: string
  /** The entries above it, the uppermost first. */
  above: { code: string; title: string }[]
  /** Has entries below it: a heading that is not chosen itself. */
  heading: boolean
}

/** The entries valid on a day, each above those below it. */
export function optionsOf(entries: readonly Entry[], today: string): Option[] {
  const valid = entries.filter((it) => (!it.from || it.from <= today) && (!it.until || today <= it.until))
  const codes = new Set(valid.map((it) => it.code))
  const below = new Map<string, Entry[]>()
  for (const it of valid) {
    const parent = it.parent && codes.has(it.parent) && it.parent !== it.code ? it.parent : ''
    below.set(parent, [...(below.get(parent) ?? []), it])
  }
  const found: Option[] = []
  const seen = new Set<string>()
  const walk = (parent: string, above: Option['above']): void => {
    for (const it of below.get(parent) ?? []) {
      if (seen.has(it.code)) continue
      seen.add(it.code)
      found.push({ code: it.code, title: it.title, above, heading: below.has(it.code) })
      walk(it.code, [...above, { code: it.code, title: it.title }])
    }
  }
  walk('', [])
  return found
}

/**
 * The entries that fit what another field holds (`narrowed_by`): those that name its code under the name of that field, or share a value of
 * the same name with its entry; those that say nothing of the kind always fit. As long as the other field is empty all are offered.
 */
export function narrowed(entries: readonly Entry[], by: string, code: unknown, others: readonly Entry[]): Entry[] {
  const chosen = others.filter((it) => it.code === code).at(-1)
  if (!chosen) return [...entries]
  const known = new Set([by, ...others.flatMap((it) => Object.keys(values(it)))])
  return entries.filter((it) => {
    const own = Object.entries(values(it)).filter(([name]) => known.has(name))
    return own.length === 0 || own.some(([name, value]) => (name === by ? value === code : value === values(chosen)[name]))
  })
}

function values(it: Entry): Record<string, unknown> {
  return it.values ?? {}
}
