// The page with number and code kept: as a picture for the phone's album, or on paper.
import { all, make, say } from './page'

const WIDTH = 1080
const HEIGHT = 1350
const EDGE = 90
const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif'

/** Shows the buttons and lets them work. */
export function pictures(root: ParentNode): void {
  for (const box of all(root, '[data-keep]')) {
    box.hidden = false
    box.querySelector('[data-print]')?.addEventListener('click', () => window.print())
    box.querySelector('[data-save]')?.addEventListener('click', () => save(box))
  }
}

function save(box: HTMLElement): void {
  const main = box.closest('main')
  const text = (selector: string) => main?.querySelector(selector)?.textContent ?? ''
  const canvas = draw(box.dataset, { code: text('.code'), codeLabel: label(main, '.code'), number: text('.number'), numberLabel: label(main, '.number') })
  canvas.toBlob((blob) => {
    if (!blob) return
    const address = URL.createObjectURL(blob)
    const link = make('a')
    link.href = address
    link.download = `${text('.code')}.png`
    link.click()
    show(box, address)
  }, 'image/png')
}

function label(main: HTMLElement | null, selector: string): string {
  return main?.querySelector(selector)?.previousElementSibling?.textContent ?? ''
}

/** Some phones do not save by themselves: there the picture is kept by a long press. */
function show(box: HTMLElement, address: string): void {
  const kept = box.nextElementSibling?.matches('.kept') ? box.nextElementSibling : make('div', 'kept')
  const image = make('img', 'picture')
  const before = kept.querySelector('img')?.src
  if (before) URL.revokeObjectURL(before)
  image.src = address
  image.alt = box.dataset.alt ?? ''
  kept.replaceChildren(make('p', 'hint', box.dataset.done), image)
  box.after(kept)
  say(box.dataset.done ?? '')
}

interface Kept {
  code: string
  codeLabel: string
  number: string
  numberLabel: string
}

function draw(words: DOMStringMap, kept: Kept): HTMLCanvasElement {
  const canvas = make('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--brand').trim() || '#1456B8'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, WIDTH, HEIGHT)
  // Yellow is the brand colour of high contrast; on paper and in albums it is too light to carry white words.
  context.fillStyle = document.documentElement.classList.contains('contrast-high') ? '#000' : colour
  context.fillRect(0, 0, WIDTH, 170)
  const line = (text: string, y: number, size: number, style = '#1D2129', weight = 400) => {
    context.fillStyle = style
    context.font = `${weight} ${size}px ${FONT}`
    context.fillText(text, EDGE, y, WIDTH - 2 * EDGE)
  }
  line(words.site ?? '', 105, 52, '#fff', 700)
  line(words.title ?? '', 280, 60, '#1D2129', 700)
  line(words.heading ?? '', 360, 44, '#1B7F3B', 700)
  line(kept.codeLabel, 500, 40, '#4E5969')
  line(kept.code.replace(/(.{4})(?=.)/g, '$1 '), 610, 104, '#1D2129', 700)
  line(kept.numberLabel, 750, 40, '#4E5969')
  line(kept.number, 830, 60, '#1D2129', 700)
  line(words.at ?? '', 970, 40, '#4E5969')
  context.fillStyle = '#D9DEE6'
  context.fillRect(EDGE, 1040, WIDTH - 2 * EDGE, 2)
  line(words.follow ?? '', 1130, 40, '#4E5969')
  line(`${location.origin}/p`, 1200, 44)
  return canvas
}
