// A form sent without leaving the page: the server answers with the same page, and its main part is put in place of the old one.
import { enhance, say } from './page'

/** What is sent beside the form's own fields. */
export interface Sending {
  submitter?: HTMLElement | null
  /** Changes what is sent. */
  change?: (data: FormData) => void
  /** Told the share that is sent, 0 to 1. */
  progress?: (share: number) => void
}

let under_way: Promise<boolean> | null = null

/** Whether a form is being sent now. */
export function busy(): Promise<boolean> | null {
  return under_way
}

/** Sends a form and shows the answer in place. False: it did not get through, and the page is as it was. */
export function send(form: HTMLFormElement, sending: Sending): Promise<boolean> {
  const before = under_way ?? Promise.resolve(true)
  const done = before.then(() => exchange(form, sending)).then((answer) => answer !== null && replaceMain(answer))
  under_way = done
  void done.then(() => {
    if (under_way === done) under_way = null
  })
  return done
}

/** Buttons marked `data-swap` send their form in place; when that fails, in the ordinary way. */
export function listenForSwaps(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    const button = event.submitter
    if (!(form instanceof HTMLFormElement)) return
    // Photos still on their way belong to this form: first they, then the step.
    if (under_way) {
      event.preventDefault()
      void under_way.then(() => again(button))
      return
    }
    if (!button || !button.matches('[data-swap]')) return
    event.preventDefault()
    void send(form, { submitter: button }).then((through) => {
      if (!through) ordinary(form, button)
    })
  })
}

/** The same button of the page that is there now. */
function again(button: HTMLElement | null): void {
  const value = button instanceof HTMLButtonElement ? button.value : 'next'
  const now = Array.from(document.querySelectorAll<HTMLButtonElement>('button[name=go]')).find((it) => it.value === value)
  now?.click()
}

/** Sends the form as if there were no script. */
function ordinary(form: HTMLFormElement, button: HTMLElement): void {
  if (button instanceof HTMLButtonElement && button.name) {
    const field = document.createElement('input')
    field.type = 'hidden'
    field.name = button.name
    field.value = button.value
    form.append(field)
  }
  form.submit()
}

function exchange(form: HTMLFormElement, sending: Sending): Promise<Document | null> {
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
    request.onerror = () => resolve(null)
    request.onabort = () => resolve(null)
    request.send(data)
  })
}

function replaceMain(answer: Document): boolean {
  const old = document.getElementById('main')
  const fresh = answer.getElementById('main')
  if (!old || !fresh) return false
  const focus = trace(document.activeElement)
  old.replaceWith(document.adoptNode(fresh))
  document.title = answer.title
  enhance(fresh)
  const wrong = fresh.querySelector<HTMLElement>('.summary')
  if (wrong) wrong.focus()
  else focus?.(fresh)?.focus({ preventScroll: true })
  const words = fresh.querySelector('[data-say], [role=status].notice')?.textContent
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
