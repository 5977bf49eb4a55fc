// The drawing library behind four words: mark, fit, zoom, close. It is loaded only when a diagram is opened.
import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import type Canvas from 'diagram-js/lib/core/Canvas'
import type ElementRegistry from 'diagram-js/lib/core/ElementRegistry'
import type Overlays from 'diagram-js/lib/features/overlays/Overlays'
import { t } from '../words'
import { fitZoom, type Mark } from './marks'

/** An open drawing. */
export type Diagram = {
  mark: (steps: readonly { id: string; mark: Mark }[]) => void
  /** The first view: everything when it can be read, else the current step. */
  start: () => void
  fit: () => void
  toCurrent: () => void
  zoom: (factor: number) => void
  /** Whether the key was one of its own. */
  key: (key: string) => boolean
  resized: () => void
  close: () => void
}

/** Below this names cannot be read any more. */
const READABLE = 0.55
const STEP = 60

/** Draws a BPMN file. Fails with what the library says of the file. */
export async function openDiagram(container: HTMLElement, xml: string): Promise<Diagram> {
  const { default: Viewer } = await import('bpmn-js/lib/NavigatedViewer')
  // The wheel belongs to the page; with Ctrl held the page hands it on to `zoom`.
  const viewer = new Viewer({ container, zoomScroll: { enabled: false } })
  await viewer.importXML(xml)
  const canvas = viewer.get<Canvas>('canvas')
  const registry = viewer.get<ElementRegistry>('elementRegistry')
  const overlays = viewer.get<Overlays>('overlays')
  let marked: { id: string; mark: Mark }[] = []

  function mark(steps: readonly { id: string; mark: Mark }[]): void {
    overlays.remove({ type: 'mark' })
    for (const it of marked) canvas.removeMarker(it.id, `yw-${it.mark}`)
    marked = steps.filter((it) => it.mark !== 'open' && registry.get(it.id) !== undefined)
    for (const it of marked) {
      canvas.addMarker(it.id, `yw-${it.mark}`)
      overlays.add(it.id, 'mark', { position: { top: -8, left: -6 }, html: badge(it.mark), scale: true })
    }
  }

  function fit(): void {
    const { inner, outer } = canvas.viewbox()
    const scale = fitZoom({ width: outer.width - 24, height: outer.height - 24 }, inner)
    canvas.viewbox({
      x: inner.x - (outer.width / scale - inner.width) / 2,
      y: inner.y - (outer.height / scale - inner.height) / 2,
      width: outer.width / scale,
      height: outer.height / scale,
    })
  }

  function toCurrent(): void {
    const first = marked.find((it) => it.mark === 'current')
    if (!first) return
    if (canvas.zoom() < READABLE) canvas.zoom(0.9)
    canvas.scrollToElement(first.id, 160)
  }

  function start(): void {
    fit()
    if (canvas.zoom() < READABLE) toCurrent()
  }

  function zoom(factor: number): void {
    canvas.zoom(Math.min(3, Math.max(0.1, canvas.zoom() * factor)))
  }

  function key(it: string): boolean {
    switch (it) {
      case 'ArrowLeft': canvas.scroll({ dx: STEP, dy: 0 }); return true
      case 'ArrowRight': canvas.scroll({ dx: -STEP, dy: 0 }); return true
      case 'ArrowUp': canvas.scroll({ dx: 0, dy: STEP }); return true
      case 'ArrowDown': canvas.scroll({ dx: 0, dy: -STEP }); return true
      case '+': case '=': zoom(1.25); return true
      case '-': zoom(0.8); return true
      case '0': fit(); return true
      default: return false
    }
  }

  return { mark, start, fit, toCurrent, zoom, key, resized: () => canvas.resized(), close: () => viewer.destroy() }
}

function badge(mark: Mark): HTMLElement {
  const it = document.createElement('div')
  it.className = `yw-badge yw-badge-${mark}`
  it.textContent = t(mark === 'current' ? 'bpmn.badgeCurrent' : 'bpmn.badgeDone')
  return it
}
