// How much is written, and how much still fits.
import { all, fill, make, say } from './page'

/** Counts below every text box that has an end. */
export function counters(root: ParentNode): void {
  for (const box of all<HTMLTextAreaElement>(root, 'textarea[data-max]')) {
    const line = make('p', 'counter')
    box.after(line)
    let said = ''
    const count = () => {
      const [key, sentence] = words(box)
      line.textContent = sentence
      line.classList.toggle('over', key === 'over')
      // Read aloud only when it begins to matter, not at every letter.
      if (key !== said && key !== 'written') say(sentence)
      said = key
    }
    box.addEventListener('input', count)
    count()
  }
}

function words(box: HTMLTextAreaElement): [string, string] {
  const most = Number(box.dataset.max)
  // The server counts characters, where a rare one is one.
  const length = Array.from(box.value).length
  const grouped = (n: number) => n.toLocaleString('zh-CN')
  if (length === 0) return ['written', '']
  if (length > most) return ['over', fill(box.dataset.over ?? '', { n: grouped(length - most) })]
  if (length > most * 0.8) return ['left', fill(box.dataset.left ?? '', { n: grouped(most - length) })]
  return ['written', fill(box.dataset.written ?? '', { n: grouped(length) })]
}
