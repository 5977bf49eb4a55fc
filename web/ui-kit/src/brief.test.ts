import type { Schemas } from '@yiwang/api-client'
import { expect, it } from 'vitest'
import { brief, unitField } from './brief'

const unit = (name: string, computed: boolean) => ({ name, title: name, type: 'reference', register: 'department', computed })
const register = (fields: unknown[]) => ({ name: 'r', numbers: [], fields }) as unknown as Schemas['Register']
const record = (labels: Record<string, string>) => ({ fields: {}, labels }) as unknown as Schemas['Record']

it('a case that was returned lies with nobody, whoever was proposed', () => {
  const cases = register([unit('informant', false), unit('handler', true), unit('proposed_handler', true)])
  expect(unitField(cases)?.name).toBe('handler')
  expect(brief(cases, record({ informant: '街道办', proposed_handler: '环卫处' })).unit).toBe('')
  expect(brief(cases, record({ informant: '街道办', handler: '市政处', proposed_handler: '环卫处' })).unit).toBe('市政处')
})

it('a thing that no process works on lies with its first unit', () => {
  expect(brief(register([unit('owner', false), unit('keeper', false)]), record({ owner: '水务局', keeper: '市政处' })).unit).toBe('水务局')
  expect([unitField(register([])), brief(register([]), record({})).unit]).toEqual([undefined, ''])
})
