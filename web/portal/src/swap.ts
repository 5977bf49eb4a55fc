// A form sent without leaving the page: the server answers with the same page, and its main part is put in place of the old one.
import { enhance, make, say } from './page'

/** What is sent beside the form's own fields. */
export interface Sending {
  submitter?: HTMLElement | null
  /** Done first; the form counts as being sent meanwhile. */
  prepare?: () => Promise<void>
  /** Changes what is sent. */
  change?: (data: FormData) => void
  /** Told the share that is sent, 0 to 1. */
  progress?: (share: number) => void
  /** Says in its own place that the network is away. */
  quiet?: boolean
  /** Said beside the buttons of the form when one of them has to wait for this. */
  wait?: string
}

/** How it ended: shown, no way through the network, or an answer that is no page of this site. */
export type Outcome = 'shown' | 'lost' | 'strange'

let underWay: { done: Promise<Outcome>; wait?: string; go: string } | null = null
/** What was pressed while something was on its way; the last press counts. */
let pressed: { button: HTMLElement | null } | null = null

/** Sends a form, one after the other, and shows the answer in place. */
export function send(form: HTMLFormElement, sending: Sending): Promise<Outcome> {
  const before = Promise.resolve(underWay?.done).catch(() => undefined)
  const done = before.then(async (): Promise<Outcome> => {
    await sending.prepare?.()
    const answer = await exchange(alive(form), sending)
    if (answer === 'lost') {
      if (!sending.quiet) tellLost()
      return 'lost'
    }
    return answer && replaceMain(answer, form.id) ? 'shown' : 'strange'
  })
  const mine = { done, wait: sending.wait, go: valueOf(sending.submitter) }
  underWay = mine
  // However it ended, the next step must not wait for it.
  const over = () => {
    if (underWay === mine) underWay = null
  }
  void done.then(over, over)
  return done
}

/** Buttons marked `data-swap` send their form in place. */
export function listenForSwaps(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    const button = event.submitter
    if (!(form instanceof HTMLFormElement)) return
    // What is on its way belongs to this form: first it, then the step.
    if (underWay) {
      event.preventDefault()
      if (!shiftsPlaces(underWay.go, valueOf(button))) void wait(form, button)
      return
    }
    if (!button || !button.matches('[data-swap]')) return
    event.preventDefault()
    void send(form, { submitter: button }).then((outcome) => {
      if (outcome === 'strange') ordinary(form, button)
    })
  })
}

const valueOf = (button?: HTMLElement | null): string => (button instanceof HTMLButtonElement ? button.value : '')

/** Photos are removed by their place: pressed before the answer to another removal, the place would be that of the next photo. */
const shiftsPlaces = (...values: string[]): boolean => values.every((it) => it.startsWith('remove-'))

/** Goes on with a step by itself once nothing is on its way; not when something was refused or lost, which has to be read first. */
async function wait(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const waiting = pressed !== null
  pressed = { button }
  if (waiting) return
  const notice = make('p', 'hint', underWay?.wait)
  if (underWay?.wait) {
    form.append(notice)
    say(underWay.wait)
  }
  let outcome: Outcome = 'shown'
  while (underWay) outcome = await underWay.done.catch(() => 'lost' as const)
  const last = pressed.button
  pressed = null
  notice.remove()
  if (outcome === 'shown' && !document.querySelector('#main .summary')) again(last)
}

/** Says above the page that the network is away; what was typed stands. */
function tellLost(): void {
  const main = document.getElementById('main')
  const words = main?.dataset.lost
  if (!main || !words) return
  main.querySelector('.lost')?.remove()
  const notice = make('p', 'notice lost', words)
  notice.setAttribute('role', 'alert')
  notice.tabIndex = -1
  main.prepend(notice)
  notice.focus()
}

/** The same element in the page that is there now, when an answer has replaced it meanwhile. */
export function alive<E extends HTMLElement>(element: E): E {
  const now = element.isConnected ? null : document.getElementById(element.id)
  return now?.tagName === element.tagName ? (now as E) : element
}

/** The button with the same value in the page that is there now. */
function again(button: HTMLElement | null): void {
  const value = button instanceof HTMLButtonElement ? button.value : 'next'
  const now = Array.from(document.querySelectorAll<HTMLButtonElement>('button[name=go]')).find((it) => it.value === value)
  now?.click()
}

/** Sends the form as if there were no script. */
function ordinary(form: HTMLFormElement, button: HTMLElement): void {
  if (button instanceof HTMLButtonElement && button.name) {
    const field = make('input')
    field.type = 'hidden'
    field.name = button.name
    field.value = button.value
    form.append(field)
  }
  form.submit()
}

function exchange(form: HTMLFormElement, sending: Sending): Promise<Document | null | 'lost'> {
  const data = new FormData(form)
  const button = sending.submitter
  if (button instanceof HTMLButtonElement && button.name) data.set(button.name, button.value)
  sending.change?.(data)
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', form.action)
    request.responseType = 'document'
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) sending.progress?.(event.loaded / event.total)
    }
    request.onload = () => resolve(request.responseXML)
    request.onerror = () => resolve('lost')
    request.onabort = () => resolve('lost')
    request.send(data)
  })
}

/** Only an answer that holds the form again stands in its place: any other (too large, server away) would take what was typed with it. */
function replaceMain(answer: Document, form: string): boolean {
  const old = document.getElementById('main')
  const fresh = answer.getElementById('main')
  if (!old || !fresh || answer.getElementById(form)?.tagName !== 'FORM') return false
  const focus = trace(document.activeElement)
  old.replaceWith(document.adoptNode(fresh))
  document.title = answer.title
  enhance(fresh)
  const wrong = fresh.querySelector<HTMLElement>('.summary')
  if (wrong) wrong.focus()
  else focus?.(fresh)?.focus({ preventScroll: true })
  const words = fresh.querySelector('.notice[role=status], [data-say]')?.textContent
  if (words) say(words)
  return true
}

/** How to find in a new page what has the focus in this one. */
function trace(element: Element | null): ((root: HTMLElement) => HTMLElement | null) | null {
  if (!element || element === document.body) return null
  if (element.id) return (root) => root.querySelector<HTMLElement>(`#${CSS.escape(element.id)}`)
  const name = element.getAttribute('name')
  if (!name) return null
  const value = element.getAttribute('value')
  const same = (it: HTMLElement) => it.getAttribute('name') === name && it.getAttribute('value') === value
  return (root) => Array.from(root.querySelectorAll<HTMLElement>('[name]')).find(same) ?? null
}
