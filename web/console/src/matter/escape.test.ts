import { expect, it } from 'vitest'
import { escapes } from './escape'

it.each([['true', false], ['false', true]])('Esc in a list that is open (%s) closes the list, else the form', (expanded, leaves) => {
  document.body.innerHTML = `<div><input role="combobox" aria-expanded="${expanded}"></div>`
  const event = new KeyboardEvent('keydown', { key: 'Escape', cancelable: true, bubbles: true })
  document.querySelector('input')?.dispatchEvent(event)
  expect([escapes(event), event.defaultPrevented]).toEqual([leaves, leaves])
})
