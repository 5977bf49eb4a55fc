import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { register } from './page'
import { photoBoxes } from './photos'
import { listenForSwaps } from './swap'

const FIELD =
  '<div class="field"><p class="hint">20 MB。<span data-by-itself="选好就自动上传。">选好以后按“上传”。</span></p>' +
  '<input id="f-photos" name="photos" type="file" data-photos data-failed="照片没有传上" data-wait="正在上传照片，传完自动继续。">' +
  '<div data-by-hand><button name="go" value="add" data-swap>上传</button></div></div>'
const form = (more = '') => `${more}<form id="flow" action="/x">${FIELD}<button name="go" value="next">下一步</button></form>`
const document_ = (main: string): Document => new DOMParser().parseFromString(`<html><body><main id="main">${main}</main></body></html>`, 'text/html')

interface Request {
  sent: FormData
  answer: (page: Document | null) => void
}
let requests: Request[] = []
/** What left the page by an ordinary submit: the button that was pressed. */
let left: string[] = []

/** After so many turns nothing is under way but the network. */
const settle = async () => { for (let n = 0; n < 20; n++) await Promise.resolve() }

async function choose(...files: File[]): Promise<void> {
  const input = document.querySelector('input') as HTMLInputElement
  Object.defineProperty(input, 'files', { value: files, configurable: true, writable: true })
  input.dispatchEvent(new Event('change'))
  await settle()
}

async function answer(page: string | null): Promise<void> {
  requests.shift()?.answer(page === null ? null : document_(page))
  await settle()
}

const press = (value: string) => document.querySelector<HTMLButtonElement>(`button[value=${value}]`)?.click()
const photo = () => new File(['x'], 'a.txt', { type: 'text/plain' })
const main = () => document.getElementById('main')?.textContent ?? ''

/** Listens once for all tests, after the script: what it has not kept leaves the page. */
listenForSwaps()
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return
  event.preventDefault()
  left.push((event.submitter as HTMLButtonElement).value)
})

beforeEach(() => {
  requests = []
  left = []
  vi.stubGlobal('XMLHttpRequest', class {
    upload = {}
    responseXML: Document | null = null
    onload?: () => void
    onerror?: () => void
    open(): void {}
    send(sent: FormData): void {
      const answer = (page: Document | null) => {
        this.responseXML = page
        if (page) this.onload?.()
        else this.onerror?.()
      }
      requests.push({ sent, answer })
    }
  })
  register([photoBoxes])
  document.body.innerHTML = `<main id="main">${form()}</main>`
  photoBoxes(document)
})
afterEach(() => vi.unstubAllGlobals())

it('says what is true where scripts run, and offers to send by hand only when that failed', async () => {
  const byHand = () => document.querySelector<HTMLElement>('[data-by-hand]')?.hidden
  expect([main().includes('选好就自动上传。'), main().includes('选好以后'), byHand()]).toEqual([true, false, true])
  await choose(photo())
  expect(requests[0]?.sent.getAll('go')).toEqual(['add'])
  expect((requests[0]?.sent.get('photos') as File).name).toBe('a.txt')
  await answer(null)
  expect([main().includes('照片没有传上'), byHand()]).toEqual([true, false])
})

it('waits for a photo on its way, says so, and goes on by itself', async () => {
  await choose(photo())
  press('next')
  press('next')
  await settle()
  expect([left, main().includes('正在上传照片，传完自动继续。')]).toEqual([[], true])
  await answer(form('<p>照片 1</p>'))
  expect([left, main().includes('照片 1')]).toEqual([['next'], true])
})

it.each([
  ['refused', form('<div class="summary" tabindex="-1">“a.txt”：不是照片</div>'), '“a.txt”：不是照片'],
  ['lost', null, '照片没有传上'],
])('stays when a photo is %s, so that the reason is read', async (_, page, words) => {
  await choose(photo())
  press('next')
  await answer(page)
  expect([left, main().includes(words), main().includes('正在上传照片')]).toEqual([[], true, false])
  press('next')
  expect(left).toEqual(['next'])
})

it('keeps a photo chosen while an answer to something else is on its way', async () => {
  document.querySelector('form')?.insertAdjacentHTML('beforeend', '<button name="go" value="remove-0" data-swap>去掉</button>')
  press('remove-0')
  await settle()
  await choose(photo())
  await answer(form())
  expect([requests.length, document.querySelectorAll('.waiting').length]).toEqual([1, 1])
  expect((requests[0]?.sent.get('photos') as File).name).toBe('a.txt')
  await answer(form())
})

it('removes one photo however often it is pressed: the second press would mean the next one', async () => {
  const kept = (n: number) => form().replace('</form>', `${Array.from({ length: n }, (_, at) => `<button name="go" value="remove-${at}" data-swap>去掉</button>`).join('')}</form>`)
  const main = document.getElementById('main') as HTMLElement
  main.innerHTML = kept(2)
  press('remove-0')
  await settle()
  press('remove-0')
  press('remove-1')
  await answer(kept(1))
  expect([requests.length, left]).toEqual([0, []])
  press('remove-0')
  await settle()
  expect(requests[0]?.sent.get('go')).toBe('remove-0')
  await answer(kept(0))
})

it('gives the focus to what stands in the place of a full box', async () => {
  document.querySelector('input')?.focus()
  await choose(photo())
  ;(document.activeElement as HTMLElement).blur()
  await answer('<form id="flow"><p id="f-photos" tabindex="-1">满了</p></form>')
  expect(document.activeElement?.textContent).toBe('满了')
})
