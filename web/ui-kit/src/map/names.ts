// What is written on a cell, and where: above its middle, since streets often run through that; on the upper edge of the own one, as the
// marker stands inside.
import type { FeatureCollection, Point, Position } from 'geojson'
import type { Ground } from './space'

/** A word on the map. */
export type NameProperties = { title: string; here: boolean }

/** The names of the cells: the own one by code and community, neighbours by what differs from its code, since whole ones would hide each other. */
export function cellNames(ground: Ground): FeatureCollection<Point, NameProperties> {
  const cells = ground.features.flatMap(({ properties: { kind, code, title, here }, geometry }) => (kind === 'cell' && code ? [{ code, title, here, ring: outerRing(geometry) }] : []))
  const own = (cells.find((it) => it.here) ?? cells[0])?.code ?? ''
  return {
    type: 'FeatureCollection',
    features: cells.map(({ code, title, here, ring }) => ({
      type: 'Feature',
      properties: { title: here ? `${title}\n${code}` : shortened(code, own), here },
      geometry: { type: 'Point', coordinates: aboveMiddle(ring, here ? 1 : 0.6) },
    })),
  }
}

/** The ring in which a name is written: of a cell in several parts, the first. */
function outerRing(geometry: Ground['features'][number]['geometry']): Position[] {
  if (geometry.type === 'LineString') return []
  return (geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0]?.[0]) ?? []
}

/** The end of a code from where it differs from another; codes grow in groups of three digits, so they are cut between groups. */
export function shortened(code: string, other: string): string {
  if (!/^\d{9,}$/.test(code) || code.length !== other.length) return code
  let same = 0
  while (same < code.length && code[same] === other[same]) same += 1
  return code.slice(-Math.max(3, Math.ceil((code.length - same) / 3) * 3))
}

function aboveMiddle(ring: Position[], part: number): Position {
  const [x = 0, y = 0] = middle(ring)
  const top = Math.max(y, ...ring.map((it) => it[1] ?? y))
  return [x, y + (top - y) * part]
}

/** The centre of gravity of a ring; of its corners when it has no area. */
export function middle(ring: Position[]): Position {
  const [x0 = 0, y0 = 0] = ring[0] ?? []
  let [area, x, y] = [0, 0, 0]
  for (let i = 1; i < ring.length; i += 1) {
    const [ax = 0, ay = 0] = ring[i - 1] ?? []
    const [bx = 0, by = 0] = ring[i] ?? []
    // Taken from the first corner, so that small areas far from zero keep their digits.
    const cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    area += cross
    x += (ax + bx - 2 * x0) * cross
    y += (ay + by - 2 * y0) * cross
  }
  return area === 0 ? [x0, y0] : [x0 + x / (3 * area), y0 + y / (3 * area)]
}
