// One line per page. The address bar always holds the view: what is searched, sorted and opened can be shared by link.
import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory('/staff/'),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { open: true, help: 'sign-in' } },
    { path: '/password', name: 'password', component: () => import('./pages/ChangePassword.vue'), meta: { help: 'password' } },
    { path: '/', name: 'work', component: () => import('./pages/WorkPage.vue'), meta: { help: 'work' } },
    { path: '/r/:register', name: 'list', component: () => import('./pages/RegisterPage.vue'), props: true, meta: { help: 'list' } },
    { path: '/r/:register/new', name: 'new', component: () => import('./pages/NewRecordPage.vue'), props: true, meta: { help: 'new' } },
    { path: '/r/:register/stats/:report', name: 'stats', component: () => import('./pages/StatsPage.vue'), props: true, meta: { help: 'stats' } },
    { path: '/r/:register/:id', name: 'matter', component: () => import('./pages/MatterPage.vue'), props: true, meta: { help: 'matter' } },
    { path: '/help/:page?', name: 'help', component: () => import('./pages/HelpPage.vue'), props: true, meta: { open: true } },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue'), meta: { open: true } },
  ],
})
