import { describe, expect, it } from 'vitest'
import { moved, scaled } from './map'

const unit = [122.9, 90]

describe('a view of the sketch', () => {
  it('moves by the metres of a pixel', () => {
    const view = moved({ e: 0, n: 0, s: 600 }, 10, 5, 300, unit)
    // Ten pixels are twenty metres to the east; down is south.
    expect(view).toEqual({ e: 20 * 122.9, n: -10 * 90, s: 600 })
  })

  it('keeps the place under the hand where it is', () => {
    const before = { e: 500, n: -200, s: 800 }
    const after = scaled(before, 0.5, 100, -40, 400, unit)
    expect(after.s).toBe(400)
    const under = (it: typeof before) => moved(it, 100, -40, 400, unit)
    expect(under(after).e).toBeCloseTo(under(before).e, 6)
    expect(under(after).n).toBeCloseTo(under(before).n, 6)
  })
})
