// Where this person last worked on a map, so that an empty map does not begin nowhere. Kept in this browser alone.
import type { Point } from './space'

const KEY = 'yiwang.map.last'

/** The last place, when there is one. */
export function lastPoint(): Point | null {
  try {
    const it: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    if (typeof it === 'object' && it !== null && 'lon' in it && 'lat' in it && typeof it.lon === 'number' && typeof it.lat === 'number') {
      return { lon: it.lon, lat: it.lat }
    }
  } catch {
    // A browser that keeps nothing, or something else under this name: as if there were none.
  }
  return null
}

/** Remembers a place. */
export function keepPoint(point: Point): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(point))
  } catch {
    // A full or closed store only costs the convenience.
  }
}
