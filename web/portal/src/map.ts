// The street sketch moved and scaled by hand. The server draws every view; here only its address is changed, and a click is sent to it.
import { all, make } from './page'
import { send } from './swap'

/** A part of the sketch: its middle in units of 1e-7 degree from the sketch's origin, and metres from left to right. */
export interface View {
  e: number
  n: number
  s: number
}

const CLOSEST = 100
/** Pixels a finger may tremble before a tap becomes a move. */
const TREMBLE = 6
const STEP = 0.2

/** Makes every sketch movable. */
export function maps(root: ParentNode): void {
  for (const pane of all(root, '[data-map]')) {
    const input = pane.querySelector('input')
    if (input?.form) new Sketch(pane, input, input.form)
  }
  for (const hint of all(root, '[data-map-hint]')) hint.hidden = false
  for (const hint of all(root, '[data-map-plain]')) hint.hidden = true
}

/** A view moved by pixels of a picture so many pixels wide; `unit` has the units of one metre to the east and to the north. */
export function moved(view: View, right: number, down: number, width: number, unit: readonly number[]): View {
  const metres = view.s / width
  return { ...view, e: view.e + right * metres * (unit[0] ?? 0), n: view.n - down * metres * (unit[1] ?? 0) }
}

/** A view scaled so that the place at a pixel, counted from the middle, stays where it is. */
export function scaled(view: View, factor: number, right: number, down: number, width: number, unit: readonly number[]): View {
  const there = moved(view, right, down, width, unit)
  return moved({ ...there, s: view.s * factor }, -right, -down, width, unit)
}

class Sketch {
  private readonly unit: number[]
  private readonly home: View
  private readonly mark: string
  private readonly width: number
  private readonly height: number
  private shown: View
  private wanted: View
  private loading = false
  private readonly fingers = new Map<number, { x: number; y: number }>()
  private travelled = 0

  constructor(
    private readonly pane: HTMLElement,
    private readonly input: HTMLInputElement,
    private readonly form: HTMLFormElement,
  ) {
    this.unit = numbers(pane.dataset.unit)
    this.home = view(pane.dataset.home)
    this.shown = this.wanted = view(pane.dataset.view)
    const [me, mn] = numbers(pane.dataset.mark)
    this.mark = me === undefined || mn === undefined ? '' : `&me=${me}&mn=${mn}`
    // The property says nothing of a picture that is not shown.
    this.width = Number(input.getAttribute('width'))
    this.height = Number(input.getAttribute('height'))
    pane.classList.add('live')
    input.after(make('span', 'cross'))
    input.alt = pane.dataset.alt ?? input.alt
    input.draggable = false
    input.addEventListener('dragstart', (event) => event.preventDefault())
    pane.addEventListener('wheel', (event) => this.wheel(event), { passive: false })
    input.addEventListener('pointerdown', (event) => this.down(event))
    input.addEventListener('pointermove', (event) => this.move(event))
    for (const end of ['pointerup', 'pointercancel'] as const) input.addEventListener(end, (event) => this.up(event))
    input.addEventListener('click', (event) => this.click(event))
    input.addEventListener('keydown', (event) => this.key(event))
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault()
    const [right, down] = this.fromMiddle(event.clientX, event.clientY)
    this.zoom(Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 120) * 0.004), right, down)
  }

  private down(event: PointerEvent): void {
    if (this.fingers.size === 0) this.travelled = 0
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    this.input.setPointerCapture(event.pointerId)
  }

  private move(event: PointerEvent): void {
    const old = this.fingers.get(event.pointerId)
    if (!old) return
    const now = { x: event.clientX, y: event.clientY }
    const others = Array.from(this.fingers).filter(([id]) => id !== event.pointerId)
    this.fingers.set(event.pointerId, now)
    this.travelled += Math.hypot(now.x - old.x, now.y - old.y)
    if (this.travelled < TREMBLE) return
    this.pane.classList.add('held')
    const other = others[0]?.[1]
    if (!other) return this.want(moved(this.wanted, old.x - now.x, old.y - now.y, this.width, this.unit))
    const before = Math.hypot(old.x - other.x, old.y - other.y)
    const after = Math.hypot(now.x - other.x, now.y - other.y)
    const [right, down] = this.fromMiddle((now.x + other.x) / 2, (now.y + other.y) / 2)
    if (before > 0 && after > 0) this.zoom(before / after, right, down)
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId)
    if (this.fingers.size === 0) this.pane.classList.remove('held')
  }

  /** A tap, or Enter; what was a move is none. */
  private click(event: MouseEvent): void {
    event.preventDefault()
    const keyboard = event.detail === 0
    if (!keyboard && this.travelled >= TREMBLE) return
    const box = this.input.getBoundingClientRect()
    // A pixel of the view wanted: the picture may still be on its way there.
    const [right, down] = keyboard ? [0, 0] : this.fromMiddle(event.clientX, event.clientY)
    if (box.width === 0) return
    const pixel = (from: number, size: number) => String(Math.max(1, Math.min(size - 1, Math.round(size / 2 + from))))
    const change = (data: FormData) => {
      this.write(data)
      data.set(`${this.input.name}.x`, pixel(right, this.width))
      data.set(`${this.input.name}.y`, pixel(down, this.height))
    }
    void send(this.form, { change })
  }

  private key(event: KeyboardEvent): void {
    const step = { x: this.width * STEP, y: this.height * STEP }
    const by = (right: number, down: number) => this.want(moved(this.wanted, right, down, this.width, this.unit))
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'ArrowLeft') by(-step.x, 0)
    else if (event.key === 'ArrowRight') by(step.x, 0)
    else if (event.key === 'ArrowUp') by(0, -step.y)
    else if (event.key === 'ArrowDown') by(0, step.y)
    else if (event.key === '+' || event.key === '=') this.zoom(0.5, 0, 0)
    else if (event.key === '-') this.zoom(2, 0, 0)
    else return
    event.preventDefault()
  }

  private zoom(factor: number, right: number, down: number): void {
    const wide = Math.max(CLOSEST, Math.min(this.home.s * 1.5, this.wanted.s * factor))
    this.want(scaled(this.wanted, wide / this.wanted.s, right, down, this.width, this.unit))
  }

  private fromMiddle(x: number, y: number): [number, number] {
    const box = this.pane.getBoundingClientRect()
    return [x - box.left - this.pane.clientLeft - this.width / 2, y - box.top - this.pane.clientTop - this.height / 2]
  }

  /** Another view, never beyond the town. */
  private want(it: View): void {
    const reach = (axis: 0 | 1) => (this.home.s / 2) * (this.unit[axis] ?? 0)
    const within = (value: number, middle: number, most: number) => Math.max(middle - most, Math.min(middle + most, value))
    this.wanted = { e: within(it.e, this.home.e, reach(0)), n: within(it.n, this.home.n, reach(1)), s: it.s }
    this.place()
    this.remember()
    if (!this.loading) this.load()
  }

  /** Draws the picture at hand where it belongs in the view wanted, until the right one is there. */
  private place(): void {
    const scale = this.shown.s / this.wanted.s
    const metres = this.wanted.s / this.width
    const right = (this.shown.e - this.wanted.e) / (this.unit[0] ?? 1) / metres
    const down = (this.wanted.n - this.shown.n) / (this.unit[1] ?? 1) / metres
    const x = this.width / 2 + right - (this.width / 2) * scale
    const y = this.height / 2 + down - (this.height / 2) * scale
    this.input.style.transform = `translate(${x}px,${y}px) scale(${scale})`
  }

  private load(): void {
    const next = this.wanted
    const address = this.input.src.split('?')[0] ?? ''
    const picture = new Image()
    this.loading = true
    const then = (got: boolean) => {
      this.loading = false
      if (got) {
        this.input.src = picture.src
        this.shown = next
        this.place()
      }
      // The hand went on while the picture came.
      if (got && this.wanted !== next) this.load()
    }
    picture.onload = () => then(true)
    picture.onerror = () => then(false)
    picture.src = `${address}?e=${Math.round(next.e)}&n=${Math.round(next.n)}&s=${Math.round(next.s)}${this.mark}`
  }

  /** The form takes the view along, whatever button sends it. */
  private remember(): void {
    for (const [name, value] of this.fields()) {
      let field = this.form.querySelector<HTMLInputElement>(`input[type=hidden][name="${name}"]`)
      if (!field) {
        field = make('input')
        field.type = 'hidden'
        field.name = name
        this.form.append(field)
      }
      field.value = value
    }
  }

  private write(data: FormData): void {
    for (const [name, value] of this.fields()) data.set(name, value)
  }

  private fields(): [string, string][] {
    const { e, n, s } = this.wanted
    return [
      ['view-e', String(Math.round(e))],
      ['view-n', String(Math.round(n))],
      ['view-s', String(Math.round(s))],
    ]
  }
}

function numbers(text: string | undefined): number[] {
  return text ? text.split(' ').map(Number) : []
}

function view(text: string | undefined): View {
  const [e = 0, n = 0, s = CLOSEST] = numbers(text)
  return { e, n, s }
}
