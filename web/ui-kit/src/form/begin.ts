// With which value a question starts.
import type { Schemas } from '@yiwang/api-client'
import type { FormItem } from './items'
import { widgetOf } from './widgets'

/** What the record holds, where it may be changed; what the definition proposes otherwise. A masked value is never edited, only replaced. */
export function beginIn(record: () => Schemas['Record'] | null): (item: FormItem) => unknown {
  return (item) => {
    const now = record()
    const read = widgetOf(item.field.type).read ?? ((it: unknown) => it)
    if (item.from === 'act' || !now) return item.field.computed ? null : read(item.field.default ?? null)
    if (now.masked.includes(item.name)) return null
    const values: Record<string, unknown> = now.fields
    return read(values[item.name] ?? null)
  }
}
