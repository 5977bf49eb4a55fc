// What every part of the script shares: finding its places in the page, filling words, saying something aloud.

/** Finds its elements below `root` and makes them easier. */
export type Enhancer = (root: ParentNode) => void

let enhancers: Enhancer[] = []

/** Names the parts of the script. */
export function register(all: Enhancer[]): void {
  enhancers = all
}

/** Lets every part look at `root`; one that fails must not stop the others, as the page works without it. */
export function enhance(root: ParentNode): void {
  for (const one of enhancers) {
    try {
      one(root)
    } catch (err) {
      console.error(err)
    }
  }
}

/** Every element below `root` that matches. */
export function all<E extends HTMLElement>(root: ParentNode, selector: string): E[] {
  return Array.from(root.querySelectorAll<E>(selector))
}

/** `{name}` in a sentence replaced. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** A new element with a class and a text. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text) element.textContent = text
  return element
}

/** Says a sentence to who listens instead of looking. */
export function say(sentence: string): void {
  let region = document.getElementById('say')
  if (!region) {
    region = make('div', 'vh')
    region.id = 'say'
    region.setAttribute('role', 'status')
    document.body.append(region)
  }
  region.textContent = sentence
}
