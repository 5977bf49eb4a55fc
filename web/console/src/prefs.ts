// What a person has set for himself at this desk: kept in the browser, per user.
import { computed, reactive, watchEffect, type WritableComputedRef } from 'vue'
import { me } from './session'

/** What can be set. */
export interface Prefs {
  /** Size of texts. */
  text: 'normal' | 'large' | 'largest'
  contrast: 'normal' | 'high'
  rail: 'wide' | 'narrow'
}

const usual: Prefs = { text: 'normal', contrast: 'normal', rail: 'wide' }
const kept = reactive(new Map<string, Prefs>())

const place = (user: string): string => `yw.prefs.${user}`

function read(user: string): Prefs {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(place(user)) ?? '{}') as Partial<Prefs>) }
  } catch {
    // A browser without storage still works; nothing is kept then.
    return { ...usual }
  }
}

function of(user: string): Prefs {
  const found = kept.get(user)
  if (found) return found
  kept.set(user, read(user))
  return kept.get(user) ?? { ...usual }
}

/** One setting of whoever is signed in. */
export function usePref<K extends keyof Prefs>(key: K): WritableComputedRef<Prefs[K]> {
  const user = (): string => me.value?.id ?? ''
  return computed({
    get: () => of(user())[key],
    set: (value) => {
      of(user())[key] = value
      try {
        localStorage.setItem(place(user()), JSON.stringify(of(user())))
      } catch {
        // See `read`.
      }
    },
  })
}

/** Puts text size and contrast on the document, where the tokens read them. */
export function wearPrefs(): void {
  const text = usePref('text')
  const contrast = usePref('contrast')
  watchEffect(() => {
    document.documentElement.dataset.text = text.value
    document.documentElement.dataset.contrast = contrast.value
  })
}
