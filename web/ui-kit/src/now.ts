// The time as the page tells it: one clock for all, so that relative times go on while nothing else happens.
import { shallowRef } from 'vue'

const STEP_MS = 30_000

/** Read while drawing, it draws again when it goes on. */
export const now = shallowRef(new Date())

const step = (): void => { now.value = new Date() }
setInterval(step, STEP_MS)
// Timers of a hidden page hardly run.
document.addEventListener('visibilitychange', step)
