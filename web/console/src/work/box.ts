// The boxes of one's own work: what they hold, in which groups it stands, what came new.
import { exactTime } from '@yiwang/ui-kit/when'
import type { Schemas } from '@yiwang/api-client'

export const BOXES = ['todo', 'done', 'started', 'cc'] as const
export type Box = (typeof BOXES)[number]
export type WorkItem = Schemas['TaskItem']
export type Urgency = 'late' | 'today' | 'later'

/** Rows under one heading; `null` where the box has none. */
export interface Group {
  urgency: Urgency | null
  items: WorkItem[]
}

const ORDER: Urgency[] = ['late', 'today', 'later']

/** 超期, 今天 (the day of the office), 以后; what has no deadline can wait. */
export function urgencyOf(item: Pick<WorkItem, 'due_at' | 'light'>, now: Date): Urgency {
  if (item.light?.light === 'red') return 'late'
  if (!item.due_at) return 'later'
  if (new Date(item.due_at) < now && !item.light) return 'late'
  return day(item.due_at) <= day(now.toISOString()) ? 'today' : 'later'
}

const day = (iso: string): string => exactTime(iso).slice(0, 10)

/** The rows of a box in groups, each in the order they came. */
export function group(box: Box, items: WorkItem[], now: Date): Group[] {
  if (box !== 'todo') return items.length > 0 ? [{ urgency: null, items }] : []
  const groups = ORDER.map((urgency) => ({ urgency, items: items.filter((it) => urgencyOf(it, now) === urgency) }))
  return groups.filter((it) => it.items.length > 0)
}

/** What names a row in the address bar and in lists: `register.record` or `register.record.task`. */
export function keyOf(item: Pick<WorkItem, 'register' | 'record_id' | 'id'>): string {
  return [item.register, item.record_id, ...(item.id ? [item.id] : [])].join('.')
}

/** What `keyOf` named. */
export function read(key: string): { register: string; record: string; task: string | undefined } | null {
  const [register, record, task] = key.split('.')
  return register && record ? { register, record, task } : null
}

/** The tasks that came after everything seen before; a task that moves up from a later page is none of them. */
export class Newcomers {
  private seen: Set<string> | null = null
  private latest = ''

  /** Keys of those that are new in `items` since the last look; the first look finds none. */
  look(items: WorkItem[]): string[] {
    const before = this.seen
    const since = this.latest
    this.seen = new Set(items.map(keyOf))
    this.latest = items.reduce((most, it) => (later(it.opened_at, most) ? it.opened_at : most), since)
    return before ? items.filter((it) => !before.has(keyOf(it)) && later(it.opened_at, since)).map(keyOf) : []
  }

  /** Another box or search is another beginning. */
  forget(): void {
    this.seen = null
    this.latest = ''
  }
}

const later = (a: string, b: string): boolean => b === '' || new Date(a) > new Date(b)
