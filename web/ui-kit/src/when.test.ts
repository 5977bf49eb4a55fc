import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import { now } from './now'
import WhenText from './when-text/WhenText.vue'

it('relative times go on while the page stands', async () => {
  now.value = new Date('2026-10-19T10:00:00+08:00')
  const text = mount(WhenText, { props: { at: '2026-10-19T09:59:50+08:00' } })
  expect(text.text()).toBe('刚刚')
  now.value = new Date('2026-10-19T10:40:00+08:00')
  await nextTick()
  expect(text.text()).toBe('40 分钟前')
})
