import { expect, it } from 'vitest'
import { barOption, periodName } from './options'

it.each([[1200, 180], [320, 112]])('names beside lying bars leave room for the bars in %d px', (width, expected) => {
  const paint = { width, ink: '', line: '', font: '', colours: [] }
  const { yAxis } = barOption(['市政处'], [{ name: '', values: [1], texts: ['1'] }], true, paint)
  expect(yAxis).toMatchObject({ axisLabel: { width: expected } })
})

it('a course of time names the year where it begins', () => {
  const names = ['2025年11月', '2025年12月', '2026年1月', '2026年2月', '2026年', '合计']
  expect(names.map((_, i) => periodName(names, i))).toEqual(['11月\n2025年', '12月', '1月\n2026年', '2月', '2026年', '合计'])
})
