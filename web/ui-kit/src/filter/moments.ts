// Moments as the picker gives them and as CQL2 takes them: wall clock of the place against an instant with its offset.
import { exactTime } from '../when'

/** `2026-10-01 08:00:00` to `2026-10-01T08:00:00+08:00`. The last second of a minute means all of it. */
export function toInstant(wall: string): string {
  const [day = '', time = '00:00:00'] = wall.split(' ')
  return `${day}T${time.endsWith(':59') ? `${time}.999` : time}+08:00`
}

/** The other way; seconds are kept. Empty for what is no moment. */
export function toWall(instant: string): string {
  const at = Date.parse(instant)
  if (Number.isNaN(at)) return ''
  const seconds = String(new Date(at).getUTCSeconds()).padStart(2, '0')
  return `${exactTime(instant)}:${seconds}`
}
