// One line per page. The address bar always holds the view: what is searched, sorted and opened can be shared by link.
import { createRouter, createWebHistory, type RouteLocationRaw } from 'vue-router'
import { known, me, mustChange, unreached } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** May be seen without signing in. */
    open?: boolean
    /** Page of the manual. */
    help?: string
    /** Stands alone, without header and rail. */
    bare?: boolean
    /** People's data may show: the name of who looks stands across it. */
    sensitive?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory('/staff/'),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { open: true, bare: true, help: 'sign-in' } },
    { path: '/password', name: 'password', component: () => import('./pages/ChangePassword.vue'), meta: { help: 'password' } },
    { path: '/', name: 'work', component: () => import('./pages/WorkPage.vue'), meta: { help: 'work', sensitive: true } },
    { path: '/r/:register', name: 'list', component: () => import('./pages/RegisterPage.vue'), props: true, meta: { help: 'list', sensitive: true } },
    { path: '/r/:register/new', name: 'new', component: () => import('./pages/NewRecordPage.vue'), props: true, meta: { help: 'new' } },
    { path: '/r/:register/stats/:report', name: 'stats', component: () => import('./pages/StatsPage.vue'), props: true, meta: { help: 'stats' } },
    { path: '/r/:register/:id', name: 'matter', component: () => import('./pages/MatterPage.vue'), props: true, meta: { help: 'matter', sensitive: true } },
    { path: '/help/:page?', name: 'help', component: () => import('./pages/HelpPage.vue'), props: true, meta: { open: true } },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue'), meta: { open: true } },
  ],
})

router.beforeEach(async (to): Promise<RouteLocationRaw | boolean> => {
  try {
    await known()
  } catch (why) {
    // Whether somebody is signed in is not known: that is said in place of the page, rather than asking him to sign in.
    if (!to.meta.open) unreached.value = why
    return true
  }
  if (mustChange.value && to.name !== 'password' && !to.meta.open) return { name: 'password', query: { then: to.fullPath } }
  if (me.value || mustChange.value || to.meta.open) return true
  return { name: 'sign-in', query: to.fullPath === '/' ? {} : { then: to.fullPath } }
})

/** Where to go after signing in: a page of this console, never elsewhere. */
export function afterwards(then: unknown): string {
  return typeof then === 'string' && /^\/(?![/\\])/.test(then) ? then : '/'
}
