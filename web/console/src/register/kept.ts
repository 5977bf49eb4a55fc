// What a person keeps of a list in this browser: columns and named views.
import { me } from '../session'

/** A named view: what stands in the address bar, and its columns. */
export type View = { name: string; filter: string; q: string; sort: string; columns: string[] | null }
/** Columns are null as long as nobody has chosen. */
export type Kept = { columns: string[] | null; views: View[] }

const place = (register: string): string => `yw.list.${me.value?.id ?? ''}.${register}`

/** What is kept for a register. */
export function readKept(register: string): Kept {
  try {
    const it: unknown = JSON.parse(localStorage.getItem(place(register)) ?? 'null')
    if (isKept(it)) return it
  } catch {
    // Kept by somebody else under this name, or no storage: as if there were nothing.
  }
  return { columns: null, views: [] }
}

/** Keeps it; a browser that cannot, forgets. */
export function writeKept(register: string, kept: Kept): void {
  try {
    localStorage.setItem(place(register), JSON.stringify(kept))
  } catch {
    // See `readKept`.
  }
}

function isKept(it: unknown): it is Kept {
  if (typeof it !== 'object' || it === null || !('views' in it) || !Array.isArray(it.views)) return false
  return 'columns' in it && (it.columns === null || isTexts(it.columns)) && it.views.every(isView)
}

function isView(it: unknown): it is View {
  if (typeof it !== 'object' || it === null) return false
  const { name, filter, q, sort, columns } = it as Record<string, unknown>
  return isTexts([name, filter, q, sort]) && (columns === null || isTexts(columns))
}

function isTexts(it: unknown): it is string[] {
  return Array.isArray(it) && it.every((one) => typeof one === 'string')
}
