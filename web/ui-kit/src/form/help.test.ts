import type { Schemas } from '@yiwang/api-client'
import { describe, expect, it } from 'vitest'
import { helpWith, knownIn } from './help'

const register = {
  name: 'r', dictionaries: { kind: [{ code: 'a', title: '道路' }] },
  fields: [
    { name: 'kind', title: '类别', type: 'choice', dictionary: 'kind' }, { name: 'unit', title: '单位', type: 'reference', register: 'department' }, { name: 'limit', title: '时限', type: 'json' },
    { name: 'phone', title: '电话', type: 'phone' }, { name: 'proposal', title: '建议', type: 'json', parts: [{ part: 'limit', like: 'limit' }, { part: 'to', like: 'unit' }] },
  ],
} as unknown as Schemas['Register']
const record = (fields: Record<string, unknown>) => ({ fields, labels: { kind: '道路(旧)' }, masked: ['phone'] }) as unknown as Schemas['Record']
const full = record({ kind: 'a', unit: 'x', limit: { amount: 4, unit: 'working-hour' }, proposal: { limit: { amount: 2, unit: 'working-day' }, to: 'x' }, phone: '***' })
const titles = (field: string, value: unknown): string => `${field}-${String(value)}`

describe('a help that names what the record holds', () => {
  it.each([
    ['一句话说明问题', '一句话说明问题'],
    ['不填就按建议:{proposal.limit}', '不填就按建议:2 个工作日'],
    ['单位与原时限相同,原时限 {limit}', '单位与原时限相同,原时限 4 工作时'],
    ['{proposal.to}办{kind}', 'unit-x办道路(旧)'],
    ['{nothing}', undefined], ['{limit.amount}', undefined], ['{proposal.other}', undefined], ['打 {phone}', undefined],
    ['', undefined], [null, undefined],
  ])('%s', (help, expected) => expect(helpWith(help, knownIn(register, full, titles))).toBe(expected))

  it('is left out whole where a value is empty, and stands as it is without braces', () => {
    for (const it of [record({}), record({ proposal: { limit: null } }), record({ proposal: '' }), null]) {
      const known = knownIn(register, it, titles)
      expect([helpWith('不填就按建议:{proposal.limit}', known), helpWith('可以不填', known)]).toEqual([undefined, '可以不填'])
    }
  })
})
