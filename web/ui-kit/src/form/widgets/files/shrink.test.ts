import { expect, it } from 'vitest'
import { smaller } from './shrink'

it.each([
  [4000, 3000, 5_000_000, { width: 2560, height: 1920 }], [3000, 4000, 100_000, { width: 1920, height: 2560 }], [2000, 1500, 900_000, null], [2000, 1500, 2_000_000, { width: 2000, height: 1500 }], [10_000, 1, 10, { width: 2560, height: 1 }],
])('a photo of %i by %i with %i bytes', (width, height, bytes, expected) => expect(smaller(width, height, bytes)).toEqual(expected))
