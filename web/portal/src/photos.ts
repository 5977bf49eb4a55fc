// Photos go up as soon as they are chosen; the server's answer shows them, each with its button to remove it.
import { all, fill, make } from './page'
import { shrink } from './shrink'
import { send } from './swap'

/** Sends chosen photos at once. */
export function photoBoxes(root: ParentNode): void {
  for (const input of all<HTMLInputElement>(root, 'input[data-photos]'))
    input.addEventListener('change', () => {
      if (input.files?.length) void upload(input, Array.from(input.files))
    })
}

async function upload(input: HTMLInputElement, files: File[]): Promise<void> {
  const form = input.form
  if (!form) return
  const field = input.closest('.field') ?? form
  field.querySelectorAll('.waiting').forEach((it) => it.remove())
  const box = make('div', 'waiting')
  const status = make('p', 'hint', input.dataset.shrinking)
  status.setAttribute('role', 'status')
  const bar = make('progress')
  bar.setAttribute('aria-hidden', 'true')
  box.append(previews(files, input.dataset.preview ?? ''), status, bar)
  input.after(box)
  const prepare = async () => {
    const small = new DataTransfer()
    for (const file of await Promise.all(files.map(shrink))) small.items.add(file)
    // Whatever button sends them now, it sends the small ones.
    input.files = small.files
  }
  const progress = (share: number) => {
    bar.value = share
    status.textContent = fill(input.dataset.sending ?? '', { n: files.length, percent: Math.round(share * 100) })
  }
  const outcome = await send(form, { prepare, change: (data) => data.set('go', 'add'), progress, quiet: true })
  if (outcome === 'shown') return
  bar.remove()
  status.textContent = input.dataset.failed ?? ''
  status.className = 'error'
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
