import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'
import { useWayBack, type WayBack } from './back'

it('leads back to the list that was come from, and from the next matter on the same page not to the one before', async () => {
  let way = (): WayBack | undefined => undefined
  const matter = defineComponent(() => {
    const found = useWayBack(() => 'case')
    way = () => found.value
    return () => h('i')
  })
  const empty = defineComponent(() => () => h('i'))
  const router = createRouter({ history: createWebHistory(), routes: [{ path: '/r/:register', name: 'list', component: empty }, { path: '/r/:register/:id', name: 'matter', component: matter }, { path: '/', name: 'work', component: empty }] })
  await router.push('/r/case?q=灯')
  mount(RouterView, { global: { plugins: [router] } })
  await router.push('/r/case/a')
  expect([way()?.name, way()?.to]).toEqual(['list', router.resolve('/r/case?q=灯').fullPath])
  await router.push('/r/case/b')
  expect([way()?.name, way()?.to]).toEqual(['list', { name: 'list', params: { register: 'case' } }])
})
