// What the page shows, for the title of the browser's tab: several cases are open at once, and each tab says which.
import { onScopeDispose, shallowRef, watchEffect } from 'vue'

/** The words of the page that is shown; empty for one without. */
export const pageTitle = shallowRef('')

/** Names the page as long as it stands. */
export function useTitle(words: () => string): void {
  let mine = ''
  watchEffect(() => { pageTitle.value = mine = words() })
  onScopeDispose(() => { if (pageTitle.value === mine) pageTitle.value = '' })
}
