import { createApp } from 'vue'
import { VueQueryPlugin, QueryClient } from '@tanstack/vue-query'
import { ApiError } from '@yiwang/api-client'
import 'element-plus/theme-chalk/base.css'
import '@yiwang/ui-kit/tokens.css'
import App from './App.vue'
import { anyUnsent, askBeforeClosing } from './drafts'
import { router } from './router'
import { watchParts } from './update'

// A refusal stays a refusal; only what may pass by itself is asked once more.
const retry = (failures: number, why: Error): boolean => failures < 1 && (!(why instanceof ApiError) || why.status === 0 || why.status >= 500)

askBeforeClosing()
watchParts(router, anyUnsent)
// A tab seen again asks by itself for what may have changed (`follow`): once is enough.
const queries = new QueryClient({ defaultOptions: { queries: { retry, staleTime: 5_000, refetchOnWindowFocus: false } } })
createApp(App).use(router).use(VueQueryPlugin, { queryClient: queries }).mount('#app')
