import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { send } from './swap'

let answer: Document | null = null
const page = (main: string): Document => new DOMParser().parseFromString(`<html><body><main id="main">${main}</main></body></html>`, 'text/html')
const form = (): HTMLFormElement => document.getElementById('flow') as HTMLFormElement

beforeEach(() => {
  document.body.innerHTML = '<main id="main"><form id="flow" action="/x"><input name="q" value="老城街"></form></main>'
  vi.stubGlobal('XMLHttpRequest', class {
    upload = {}
    responseXML = answer
    onload?: () => void
    open(): void {}
    send(): void { queueMicrotask(() => this.onload?.()) }
  })
})
afterEach(() => vi.unstubAllGlobals())

it('puts an answer in place only when the form is in it', async () => {
  answer = page('<h1>413</h1>')
  expect([await send(form(), {}), document.querySelector('input')?.value]).toEqual(['strange', '老城街'])
  answer = page('<form id="flow"><input name="q" value="新"></form>')
  expect([await send(form(), {}), document.querySelector('input')?.value]).toEqual(['shown', '新'])
})

it('goes on after a step that failed', async () => {
  answer = page('<form id="flow"></form>')
  await expect(send(form(), { prepare: () => Promise.reject(new Error('broken photo')) })).rejects.toThrow('broken photo')
  expect(await send(form(), {})).toBe('shown')
})
