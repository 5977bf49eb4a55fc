// Titles of references by their code, asked for once and shown when they come.
import { ref } from 'vue'
import { titleOf } from './options'

/** A function that knows the title of a reference, or has asked for it. */
export type Titles = (field: string, value: unknown) => string | undefined

export function useTitles(register: () => string): Titles {
  const known = ref<Record<string, string>>({})
  const asked = new Set<string>()
  return (field, value) => {
    if (typeof value !== 'string' || value === '') return undefined
    const key = `${register()} ${field} ${value}`
    if (!asked.has(key)) {
      asked.add(key)
      void titleOf(register(), field, value).then((title) => { known.value[key] = title })
    }
    return known.value[key]
  }
}
