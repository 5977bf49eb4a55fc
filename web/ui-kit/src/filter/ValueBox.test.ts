import { mount } from '@vue/test-utils'
import ElementPlus, { ElSelect } from 'element-plus'
import { afterEach, expect, it, vi } from 'vitest'
import ValueBox from './ValueBox.vue'
import type { FilterField } from './condition'

afterEach(() => vi.unstubAllGlobals())

it('what was refused for one field is not told of the next, nor what comes late', async () => {
  const fields = [{ name: 'cell', title: '网格', kind: 'reference' }, { name: 'unit', title: '单位', kind: 'reference' }] as unknown as FilterField[]
  const answers: (() => void)[] = []
  vi.stubGlobal('fetch', vi.fn(() => new Promise((_, reject) => answers.push(() => reject(new Error('away'))))))
  const box = mount(ValueBox, { props: { register: 'case', field: fields[0]!, op: 'eq', values: [] }, global: { plugins: [ElementPlus] } })
  const look = () => box.getComponent(ElSelect).props('remoteMethod')?.('三')
  const refuse = async () => { await vi.waitFor(() => expect(answers).toHaveLength(1)); answers.splice(0).forEach((it) => it()) }
  look()
  await refuse()
  await vi.waitFor(() => expect(box.find('.failure').exists()).toBe(true))
  look()
  await box.setProps({ field: fields[1]! })
  expect(box.find('.failure').exists()).toBe(false)
  await refuse()
  await new Promise((it) => setTimeout(it, 5))
  expect(box.find('.failure').exists()).toBe(false)
})
