import { createApp } from 'vue'
import { VueQueryPlugin, QueryClient } from '@tanstack/vue-query'
import '@yiwang/ui-kit/tokens.css'
import App from './App.vue'
import { router } from './router'

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 5_000 } } })
createApp(App).use(router).use(VueQueryPlugin, { queryClient: queries }).mount('#app')
