import { expect, it } from 'vitest'
import { barOption } from './options'

it.each([[1200, 180], [320, 112]])('names beside lying bars leave room for the bars in %d px', (width, expected) => {
  const paint = { width, ink: '', line: '', font: '', colours: [] }
  const { yAxis } = barOption(['市政处'], [{ name: '', values: [1], texts: ['1'] }], true, paint)
  expect(yAxis).toMatchObject({ axisLabel: { width: expected } })
})
