// Everything the page of a matter shows, each asked for once and kept until something changed.
import { ApiError, api, take, type Schemas } from '@yiwang/api-client'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type ComputedRef, type Ref } from 'vue'
import { outdateLists } from '../outdated'

const MINUTE = 60_000
const HOUR = 3_600_000

/** The definition of a register; it changes with a new version only. */
export function useRegister(register: Ref<string>) {
  return useQuery({
    queryKey: ['register', register],
    queryFn: () => take(api.GET('/api/v1/registers/{register}', { params: { path: { register: register.value } } })),
    staleTime: HOUR,
  })
}

/** What a part of the page that somebody may not see comes to: nothing, rather than an error. */
async function ifAllowed<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return null
    throw error
  }
}

/** The parts of one matter. `may` is what the reader may do with the register, `wanted` names the task to work on; without it, the first one that is the reader's. */
export function useMatter(register: Ref<string>, id: Ref<string>, wanted: Ref<string | undefined>, may: Ref<readonly string[]>) {
  const client = useQueryClient()
  const path = computed(() => ({ register: register.value, id: id.value }))
  const key = (part: string) => computed(() => ['matter', register.value, id.value, part])

  const record = useQuery({ queryKey: key('record'), queryFn: () => take(api.GET('/api/v1/registers/{register}/records/{id}', { params: { path: path.value } })) })
  const open = useQuery({ queryKey: key('tasks'), queryFn: () => take(api.GET('/api/v1/registers/{register}/records/{id}/tasks', { params: { path: path.value } })) })
  const clocks = useQuery({ queryKey: key('clocks'), queryFn: () => take(api.GET('/api/v1/registers/{register}/records/{id}/clocks', { params: { path: path.value } })), refetchInterval: MINUTE })
  const acts = useQuery({ queryKey: key('acts'), queryFn: () => ifAllowed(take(api.GET('/api/v1/registers/{register}/records/{id}/acts', { params: { path: path.value } }))) })
  const timeline = useQuery({ queryKey: key('timeline'), queryFn: () => take(api.GET('/api/v1/registers/{register}/records/{id}/timeline', { params: { path: path.value } })) })
  const history = useQuery({
    queryKey: key('history'),
    queryFn: () => ifAllowed(take(api.GET('/api/v1/registers/{register}/records/{id}/history', { params: { path: path.value } }))),
    enabled: computed(() => may.value.includes('history')),
  })
  // Each look compares phone numbers and is written into the audit: asked once, and again after an own change.
  const similarKey = computed(() => ['similar', register.value, id.value])
  const similar = useQuery({
    queryKey: similarKey,
    queryFn: () => ifAllowed(take(api.GET('/api/v1/registers/{register}/records/{id}/similar', { params: { path: path.value } }))),
    staleTime: Infinity,
  })

  const tasks: ComputedRef<Schemas['OpenTask'][]> = computed(() => open.data.value?.items ?? [])
  const taskId = computed(() => {
    const asked = tasks.value.find((it) => it.id === wanted.value)
    // Who may free a held task is no candidate for it: he sees the first one all the same.
    return asked?.id ?? (open.data.value ? (tasks.value.find((it) => it.mine) ?? tasks.value[0])?.id : wanted.value)
  })
  const task = useQuery({
    queryKey: computed(() => ['matter', register.value, id.value, 'task', taskId.value]),
    queryFn: () => ifAllowed(take(api.GET('/api/v1/tasks/{id}', { params: { path: { id: taskId.value ?? '' } } }))),
    enabled: computed(() => taskId.value !== undefined),
  })

  /** Asks for everything anew: something was done here. Nobody waits for the history. */
  async function reload(): Promise<void> {
    const lists = outdateLists(client)
    const own = ['matter', register.value, id.value]
    void client.invalidateQueries({ queryKey: [...own, 'history'] })
    await Promise.all([lists, client.invalidateQueries({ queryKey: own, predicate: (it) => it.queryKey[3] !== 'history' })])
  }

  /** The same after the reader changed the record: other things may be alike now. */
  async function edited(): Promise<void> {
    void client.invalidateQueries({ queryKey: similarKey.value })
    await reload()
  }

  return { record, open, tasks, taskId, task, clocks, acts, timeline, history, similar, reload, edited }
}

/** The process of a register, for the titles of its steps and outcomes. */
export function useProcess(process: Ref<string | null | undefined>) {
  return useQuery({
    queryKey: ['process', process],
    queryFn: () => ifAllowed(take(api.GET('/api/v1/processes/{process}', { params: { path: { process: process.value ?? '' } } }))),
    enabled: computed(() => Boolean(process.value)),
    staleTime: HOUR,
  })
}
