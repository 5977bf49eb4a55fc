// Places as the server knows them, and the small geometry that the map needs itself.
import { api, take, type Schemas } from '@yiwang/api-client'

/** Degrees, CGCS2000. */
export type Point = { lon: number; lat: number }
/** A cell or a division. */
export type Named = Schemas['PlaceName']
/** Where a point lies. */
export type Whereabouts = Schemas['Whereabouts']
/** A place that was looked for. */
export type Candidate = Schemas['Spot']
/** Cells and streets around a point. */
export type Ground = Schemas['FeatureCollection']

/** The ground of nothing. */
export const NO_GROUND: Ground = { type: 'FeatureCollection', features: [] }

/** How far the server looks around a point, in metres. */
const NEAREST = 10
const FURTHEST = 3000

/** Cells and streets within so many metres. */
export function around(point: Point, metres: number): Promise<Ground> {
  const far = Math.round(Math.min(FURTHEST, Math.max(NEAREST, metres)))
  return take(api.GET('/api/v1/space/around', { params: { query: { ...position(point), metres: far } } }))
}

/** In which cell and division a point lies. */
export function locate(point: Point): Promise<Whereabouts> {
  return take(api.GET('/api/v1/space/locate', { params: { query: position(point) } }))
}

/** Places that an address may mean. */
export async function find(q: string): Promise<Candidate[]> {
  return (await take(api.GET('/api/v1/space/find', { params: { query: { q, limit: 8 } } }))).items
}

function position({ lon, lat }: Point): { lon: string; lat: string } {
  return { lon: String(rounded(lon)), lat: String(rounded(lat)) }
}

const METRES_PER_DEGREE = 111_320

/** The point so many metres further east and north, in the unit of the registers (1e-7 degree). */
export function moved(from: Point, east: number, north: number): Point {
  const shrink = Math.cos((from.lat * Math.PI) / 180)
  return { lon: rounded(from.lon + east / (METRES_PER_DEGREE * shrink)), lat: rounded(from.lat + north / METRES_PER_DEGREE) }
}

/** Metres between two points that are near each other. */
export function metresBetween(a: Point, b: Point): number {
  const shrink = Math.cos((a.lat * Math.PI) / 180)
  return Math.hypot((a.lon - b.lon) * METRES_PER_DEGREE * shrink, (a.lat - b.lat) * METRES_PER_DEGREE)
}

/** Seven decimals, as they are stored. */
export function rounded(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7
}

/** `127.5004580, 43.0403927` */
export function pointText({ lon, lat }: Point): string {
  return `${lon.toFixed(7)}, ${lat.toFixed(7)}`
}

/** What was typed as longitude and latitude, when it is a place in China. */
export function typedPoint(lon: string, lat: string): Point | null {
  const [x, y] = [degrees(lon), degrees(lat)]
  if (x === null || y === null || x < 73 || x > 136 || y < 3 || y > 54) return null
  return { lon: rounded(x), lat: rounded(y) }
}

function degrees(text: string): number | null {
  const plain = text.normalize('NFKC').trim().replace(/[°度]$/, '')
  return /^\d{1,3}(\.\d+)?$/.test(plain) ? Number(plain) : null
}

/** How an arrow key moves a point: metres east and north. */
export function arrowStep(key: string, far: boolean): [east: number, north: number] | null {
  const step = far ? 10 : 1
  switch (key) {
    case 'ArrowRight': return [step, 0]
    case 'ArrowLeft': return [-step, 0]
    case 'ArrowUp': return [0, step]
    case 'ArrowDown': return [0, -step]
    default: return null
  }
}
