// Addresses offered while one is being typed. Choosing one looks it up, as the button beside it does.
import { all, fill, make, say } from './page'
import { send } from './swap'

const WAIT = 200
const LEAST = 2

/** Makes address boxes offer what they may mean. */
export function suggestions(root: ParentNode): void {
  for (const input of all<HTMLInputElement>(root, 'input[data-suggest]')) new Suggestions(input)
}

class Suggestions {
  private readonly list = make('ul')
  private titles: string[] = []
  private at = -1
  private timer = 0
  private asked = ''

  constructor(private readonly input: HTMLInputElement) {
    const box = make('div', 'box')
    input.replaceWith(box)
    this.list.id = `${input.id}-list`
    this.list.hidden = true
    this.list.setAttribute('role', 'listbox')
    this.list.setAttribute('aria-label', input.dataset.list ?? '')
    box.append(input, this.list)
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id }))
      input.setAttribute(name, value)
    input.addEventListener('input', () => this.typed())
    input.addEventListener('keydown', (event) => this.key(event))
    input.addEventListener('blur', () => this.show([]))
    // Before the box loses the focus, which would close the list.
    this.list.addEventListener('pointerdown', (event) => event.preventDefault())
    this.list.addEventListener('click', (event) => {
      const row = (event.target as Element).closest('li')
      if (row) this.choose(Array.from(this.list.children).indexOf(row))
    })
  }

  private typed(): void {
    clearTimeout(this.timer)
    const words = this.input.value.trim()
    if (Array.from(words).length < LEAST) return this.show([])
    this.timer = window.setTimeout(() => void this.ask(words), WAIT)
  }

  private async ask(words: string): Promise<void> {
    this.asked = words
    try {
      const answer = await fetch(`${this.input.dataset.suggest}?q=${encodeURIComponent(words)}`)
      const titles = answer.ok ? ((await answer.json()) as string[]) : []
      if (this.asked === words && document.activeElement === this.input) this.show(titles.filter((it) => it !== words))
    } catch {
      this.show([])
    }
  }

  private show(titles: string[]): void {
    this.titles = titles
    this.list.replaceChildren(
      ...titles.map((title, index) => {
        const row = make('li', '', title)
        row.id = `${this.list.id}-${index}`
        row.setAttribute('role', 'option')
        return row
      }),
    )
    this.list.hidden = titles.length === 0
    this.input.setAttribute('aria-expanded', String(titles.length > 0))
    this.mark(-1)
    if (titles.length > 0) say(fill(this.input.dataset.count ?? '', { n: titles.length }))
  }

  private mark(at: number): void {
    this.at = at
    Array.from(this.list.children).forEach((row, index) => row.setAttribute('aria-selected', String(index === at)))
    const row = this.list.children[at]
    if (row) {
      this.input.setAttribute('aria-activedescendant', row.id)
      row.scrollIntoView({ block: 'nearest' })
    } else this.input.removeAttribute('aria-activedescendant')
  }

  private key(event: KeyboardEvent): void {
    const n = this.titles.length
    if (n === 0 || event.isComposing) return
    if (event.key === 'ArrowDown') this.mark((this.at + 1) % n)
    else if (event.key === 'ArrowUp') this.mark((this.at + n + (this.at < 0 ? 0 : -1)) % n)
    else if (event.key === 'Enter' && this.at >= 0) this.choose(this.at)
    else if (event.key === 'Escape') this.show([])
    else return
    event.preventDefault()
  }

  private choose(at: number): void {
    const title = this.titles[at]
    if (title === undefined || !this.input.form) return
    this.input.value = title
    this.asked = ''
    this.show([])
    void send(this.input.form, { change: (data) => data.set('go', 'find') })
  }
}
