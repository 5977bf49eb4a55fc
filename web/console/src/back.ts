// The way back to the list that was come from, as it was: its filter, its page, the row in hand.
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter, type RouteLocationRaw } from 'vue-router'

export type WayBack = { /** Name of the route. */ name: string; to: RouteLocationRaw; go: () => void }

/** The entry before this one when it is a list or the work page, else the list of the register. */
export function useWayBack(register: () => string): ComputedRef<WayBack> {
  const router = useRouter()
  const route = useRoute()
  // The page stays while one matter follows another. What the history holds tells nobody that it changed; the route does.
  return computed(() => {
    const { back } = route.fullPath ? router.options.history.state : {}
    const before = typeof back === 'string' ? router.resolve(back) : null
    const name = String(before?.name ?? '')
    if (before && (name === 'list' || name === 'work')) return { name, to: before.fullPath, go: () => router.back() }
    const to = { name: 'list', params: { register: register() } }
    return { name: 'list', to, go: () => void router.push(to) }
  })
}
