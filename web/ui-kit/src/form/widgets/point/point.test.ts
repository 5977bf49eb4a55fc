import { mount } from '@vue/test-utils'
import type { Schemas } from '@yiwang/api-client'
import ElementPlus from 'element-plus'
import { expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { FormContext } from '../../context'
import { provideForm } from '../../context'
import PointWidget from './PointWidget.vue'

// They come late by themselves: after the end of the test.
vi.mock('../../../map/MapView.vue', () => ({ __esModule: true, default: { template: '<i/>' } }))
vi.mock('../../../map/MapPlace.vue', () => ({ __esModule: true, default: { template: '<i/>' } }))

it('the map that a refusal opened stays after the first try', async () => {
  const form = defineComponent((props: { invalid: boolean; at: unknown }) => {
    provideForm({ offer: () => undefined } as unknown as FormContext)
    return () => h(PointWidget, { id: 'p', field: { name: 'place' } as Schemas['Field'], title: '位置', modelValue: props.at, required: true, invalid: props.invalid, describedBy: undefined, choices: [] })
  }, { props: ['invalid', 'at'] })
  const page = mount(form, { props: { invalid: false, at: { lon: 125.3, lat: 43.9 } }, global: { plugins: [ElementPlus] } })
  const shut = () => page.find('button').exists()
  expect(shut()).toBe(true)
  await page.setProps({ invalid: true })
  expect(shut()).toBe(false)
  await page.setProps({ invalid: false, at: { lon: 125.4, lat: 43.9 } })
  expect(shut()).toBe(false)
})
