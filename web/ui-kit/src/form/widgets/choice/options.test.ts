import type { Schemas } from '@yiwang/api-client'
import { describe, expect, it } from 'vitest'
import { narrowed, optionsOf } from './options'

const kinds = [{ code: 'C', title: '部件' }, { code: 'C2', title: '井盖', parent: 'C', values: { group: 'manhole', kind: 'component' } }, { code: 'C3', title: '路灯', parent: 'C', values: { kind: 'component' } }] as unknown as Schemas['DictionaryEntry'][]
const reasons = [
  { code: 'm', title: '缺失', values: { group: 'manhole', closing: '恢复' } }, { code: 'l', title: '不亮', values: { class: 'C3', closing: '修复' } }, { code: 'other', title: '其他', values: { closing: '恢复' } },
] as unknown as Schemas['DictionaryEntry'][]

describe('entries on offer', () => {
  it.each([
    ['C2', ['m', 'other']], ['C3', ['l', 'other']], [null, ['m', 'l', 'other']], ['gone', ['m', 'l', 'other']],
  ])('with %s chosen', (code, expected) => expect(narrowed(reasons, 'class', code, kinds).map((it) => it.code)).toEqual(expected))

  it('each stands below the one above it; what is over or not yet is left out', () => {
    const list = [{ code: 'b', title: '下', parent: 'a' }, { code: 'a', title: '上' }, { code: 'x', title: '旧', until: '2020-01-01' }, { code: 'y', title: '新', from: '2030-01-01' }, { code: 'z', title: '孤', parent: 'x' }]
    expect(optionsOf(list, '2026-10-09').map((it) => [it.code, it.heading, it.above.map((one) => one.title).join('/')])).toEqual([['a', true, ''], ['b', false, '上'], ['z', false, '']])
  })

  it('entries above each other in a circle do not hang it', () => {
    expect(optionsOf([{ code: 'a', title: '甲', parent: 'b' }, { code: 'b', title: '乙', parent: 'a' }, { code: 'c', title: '丙' }], '2026-10-09').map((it) => it.code)).toEqual(['c'])
  })
})
