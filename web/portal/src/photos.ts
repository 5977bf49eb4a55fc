// Photos go up as soon as they are chosen; the server's answer shows them, each with its button to remove it.
import { all, fill, make, say } from './page'
import { shrink } from './shrink'
import { alive, send } from './swap'

/** Sends chosen photos at once. */
export function photoBoxes(root: ParentNode): void {
  for (const input of all<HTMLInputElement>(root, 'input[data-photos]')) {
    byItself(input)
    input.addEventListener('change', () => {
      if (input.files?.length) void upload(input, Array.from(input.files))
    })
  }
}

/** Says what is true where the script runs; the button to send by hand comes back when the sending failed. */
function byItself(input: HTMLInputElement): void {
  const words = fieldOf(input).querySelector<HTMLElement>('[data-by-itself]')
  if (words) words.textContent = words.dataset.byItself ?? ''
  byHand(input, Boolean(input.files?.length))
}

function byHand(input: HTMLInputElement, shown: boolean): void {
  const button = fieldOf(input).querySelector<HTMLElement>('[data-by-hand]')
  if (button) button.hidden = !shown
}

const fieldOf = (input: HTMLInputElement): HTMLElement => input.closest<HTMLElement>('.field') ?? document.body

async function upload(input: HTMLInputElement, files: File[]): Promise<void> {
  const form = input.form
  if (!form) return
  const { box, status, bar } = waiting(input, files)
  let sent = files
  const prepare = async () => {
    sent = await Promise.all(files.map(shrink))
    // An answer to something else may have put another page here.
    stand(alive(input), box)
    hold(alive(input), sent)
  }
  const change = (data: FormData) => {
    data.set('go', 'add')
    data.delete(input.name)
    for (const file of sent) data.append(input.name, file, file.name)
  }
  const progress = (share: number) => {
    bar.value = share
    status.textContent = fill(input.dataset.sending ?? '', { n: files.length, percent: Math.round(share * 100) })
  }
  const outcome = await send(form, { prepare, change, progress, quiet: true, wait: input.dataset.wait }).catch(() => 'lost')
  if (outcome === 'shown') {
    // Where the last photo filled the box, a sentence that says so stands in its place.
    if (document.activeElement === document.body) document.getElementById(input.id)?.focus({ preventScroll: true })
    return
  }
  const now = alive(input)
  now.hidden = false
  byHand(now, true)
  bar.remove()
  status.textContent = input.dataset.failed ?? ''
  status.className = 'error'
  say(status.textContent)
}

/** What is on its way stands in the place of the box; another choice would come between. */
function stand(input: HTMLInputElement, box: HTMLElement): void {
  input.after(box)
  input.hidden = true
  byHand(input, false)
}

/** Whatever button sends the photos now, it sends the small ones. */
function hold(input: HTMLInputElement, files: File[]): void {
  try {
    const list = new DataTransfer()
    for (const file of files) list.items.add(file)
    input.files = list.files
  } catch {
    // A browser that does not let itself be told keeps those that were chosen.
  }
}

function waiting(input: HTMLInputElement, files: File[]): { box: HTMLElement; status: HTMLElement; bar: HTMLProgressElement } {
  fieldOf(input).querySelectorAll('.waiting').forEach((it) => it.remove())
  const box = make('div', 'waiting')
  const status = make('p', 'hint', input.dataset.shrinking)
  const bar = make('progress')
  bar.setAttribute('aria-hidden', 'true')
  box.append(previews(files, input.dataset.preview ?? ''), status, bar)
  stand(input, box)
  say(status.textContent ?? '')
  return { box, status, bar }
}

function previews(files: File[], words: string): HTMLUListElement {
  const list = make('ul', 'photos')
  files.forEach((file, index) => {
    const row = make('li')
    const image = make('img')
    const address = URL.createObjectURL(file)
    image.alt = fill(words, { n: index + 1 })
    image.onload = image.onerror = () => URL.revokeObjectURL(address)
    image.src = address
    row.append(image)
    list.append(row)
  })
  return list
}
