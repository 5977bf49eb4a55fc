// Keys of a page. They keep quiet while somebody types, and leave the browser's own combinations alone.
import { onBeforeUnmount, onMounted } from 'vue'

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]'

/** Whether a key goes into a field. */
export function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(TYPING) !== null
}

/** Whether a window over the page has the key: it closes that one, not the page below. */
function isOver(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest('dialog') !== null
}

/** `keys` maps `event.key` to what to do; what returns `false` leaves the key to the browser. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => unknown>): void {
  const heard = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event) || isOver(event)) return
    const act = keys[event.key]
    if (act && act(event) !== false) event.preventDefault()
  }
  onMounted(() => document.addEventListener('keydown', heard))
  onBeforeUnmount(() => document.removeEventListener('keydown', heard))
}
