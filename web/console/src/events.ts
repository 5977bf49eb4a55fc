// Something changed: the server says so over one stream; while that fails, everything is asked again every half minute.
// A hidden tab has no stream: a browser grants a site six connections, and six open tabs would use them up.

/** The part of EventSource that is used. */
export interface Stream {
  onopen: ((event: Event) => unknown) | null
  onerror: ((event: Event) => unknown) | null
  addEventListener(type: string, heard: () => void): void
  close(): void
}

const POLL_MS = 30_000
/** A busy county changes something every second; a reader is served by less. */
const PAUSE_MS = 5_000
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 300_000

/** Calls `changed` when lists may be out of date, until the returned function is called. */
export function follow(onChange: () => void, open: () => Stream = () => new EventSource('/api/v1/events')): () => void {
  const [changed, quiet] = paced(onChange, PAUSE_MS)
  let stream: Stream | null = null
  let wait = FIRST_WAIT_MS
  let broken = false
  let again: ReturnType<typeof setTimeout> | undefined
  let poll: ReturnType<typeof setInterval> | undefined

  function connect(): void {
    const it = open()
    stream = it
    it.addEventListener('tasks', changed)
    it.addEventListener('record', changed)
    it.onopen = () => {
      wait = FIRST_WAIT_MS
      clearInterval(poll)
      poll = undefined
      // What happened while the stream was down was not heard.
      if (broken) changed()
      broken = false
    }
    it.onerror = () => {
      it.close()
      broken = true
      poll ??= setInterval(changed, POLL_MS)
      again = setTimeout(connect, wait)
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }

  function rest(): void {
    stream?.close()
    stream = null
    clearTimeout(again)
    clearInterval(poll)
    poll = undefined
  }

  /** Seen again: what happened meanwhile was not heard. */
  function look(): void {
    rest()
    broken = false
    if (document.hidden) return
    changed()
    connect()
  }

  if (!document.hidden) connect()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    rest()
    quiet()
  }
}

/** At once, then at most once in every `pause` of milliseconds, the last call never lost; and how to end it. */
export function paced(call: () => void, pause: number): [() => void, () => void] {
  let resting: ReturnType<typeof setTimeout> | undefined
  let missed = false
  function rest(): void {
    resting = setTimeout(() => {
      resting = undefined
      if (!missed) return
      missed = false
      call()
      rest()
    }, pause)
  }
  const changed = (): void => {
    if (resting !== undefined) {
      missed = true
      return
    }
    call()
    rest()
  }
  return [changed, () => clearTimeout(resting)]
}
