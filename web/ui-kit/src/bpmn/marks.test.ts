import { expect, it } from 'vitest'
import { fitZoom, markOf } from './marks'

it('marks a step by element or title; what is open again is current', () => {
  const step = { id: 'handle', title: '处置' }
  expect(markOf(step, ['handle'], ['处置'])).toBe('current')
  expect(markOf(step, [], ['处置'])).toBe('done')
  expect(markOf(step, ['close'], [])).toBe('open')
})

it('fits a drawing whole and never blows it up', () => {
  expect(fitZoom({ width: 500, height: 500 }, { width: 1000, height: 2000 })).toBe(0.25)
  expect(fitZoom({ width: 500, height: 500 }, { width: 100, height: 0 })).toBe(1)
})
