import { mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import NoServer from './NoServer.vue'
import { unreached } from '../session'

it('tries again just what was asked for: filter, opened case and place', async () => {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '<i/>' } }] })
  const asked: string[] = []
  router.beforeEach((to) => { asked.push(to.fullPath) })
  await router.push('/?light=red&open=case.1#top')
  unreached.value = new Error('away')
  const page = mount(NoServer, { global: { plugins: [ElementPlus, router] } })
  await page.get('button').trigger('click')
  await vi.waitFor(() => expect(asked).toEqual(['/?light=red&open=case.1#top', '/?light=red&open=case.1#top']))
  unreached.value = null
})
