import { describe, expect, it } from 'vitest'
import { cellNames, middle, shortened } from './names'
import { arrowStep, metresBetween, moved, pointText, typedPoint, type Ground } from './space'

const HERE = { lon: 127.500458, lat: 43.0403927 }

describe('points', () => {
  it('move by metres, to the digit that is stored', () => {
    const east = moved(HERE, 10, 0)
    expect(metresBetween(HERE, east)).toBeCloseTo(10, 1)
    expect(east.lat).toBe(HERE.lat)
    expect(metresBetween(HERE, moved(HERE, 0, -1))).toBeCloseTo(1, 1)
    expect(String(east.lon).split('.')[1]?.length).toBeLessThanOrEqual(7)
  })

  it('follow the arrow keys, ten times as far with Shift', () => {
    expect(arrowStep('ArrowUp', false)).toEqual([0, 1])
    expect(arrowStep('ArrowLeft', true)).toEqual([-10, 0])
    expect(arrowStep('a', false)).toBeNull()
  })

  it('are read as people type them, and only inside the country', () => {
    expect(typedPoint(' 127.500458 ', '43.0403927°')).toEqual(HERE)
    expect(typedPoint('127.5', '43.0')).toEqual({ lon: 127.5, lat: 43 })
    for (const [lon, lat] of [['43.04', '127.5'], ['', '43'], ['127,5', '43'], ['1e2', '43'], ['-127.5', '43'], ['127.5', '91']] as const) expect(typedPoint(lon, lat), lon).toBeNull()
    expect(pointText(HERE)).toBe('127.5004580, 43.0403927')
  })
})

describe('names of cells', () => {
  it('say only what differs from the own one, in groups of three', () => {
    expect(shortened('990124002001014', '990124002001013')).toBe('014')
    expect(shortened('990124002002011', '990124002001013')).toBe('002011')
    expect(shortened('990124003001013', '990124002001013')).toBe('003001013')
    expect(shortened('网格6-01', '网格6-02')).toBe('网格6-01')
  })

  it('stand above the middle of their cell, the own one on its upper edge', () => {
    const ring = [[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]]
    expect(middle(ring)).toEqual([2, 1])
    expect(middle([[3, 3]])).toEqual([3, 3])
    const cell = (code: string, here: boolean): Ground['features'][number] => ({ type: 'Feature', properties: { kind: 'cell', code, title: '县前社区', here }, geometry: { type: 'Polygon', coordinates: [ring] } })
    const names = cellNames({ type: 'FeatureCollection', features: [cell('990124002001013', true), cell('990124002001014', false)] })
    expect(names.features.map((it) => it.properties.title)).toEqual(['县前社区\n990124002001013', '014'])
    expect(names.features[0]?.geometry.coordinates).toEqual([2, 2])
    expect(names.features[1]?.geometry.coordinates).toEqual([2, 1.6])
  })
})
