// What there is to work with: the place, the registers and statistical tables this person may open, by app.
import { computed, type ComputedRef } from 'vue'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { api, take, type Schemas } from '@yiwang/api-client'
import { addWords, t } from '@yiwang/ui-kit/words'
import { me } from '../session'

addWords({ 'catalog.system': '系统' })

export type RegisterItem = Schemas['RegisterItem']

/** An app with what may be opened in it. */
export interface Shelf {
  name: string
  title: string
  registers: RegisterItem[]
}

const RARELY = 300_000

/** The place and whether this is a demonstration; known before signing in. */
export function usePlace(): ComputedRef<Schemas['Place'] | undefined> {
  const { data } = useQuery({ queryKey: ['place'], queryFn: () => take(api.GET('/api/v1/place')), staleTime: Infinity })
  return data as ComputedRef<Schemas['Place'] | undefined>
}

/** The registers that may be used. */
export function useRegisters(): ComputedRef<RegisterItem[]> {
  const { data } = useQuery({
    queryKey: ['registers'],
    queryFn: async () => (await take(api.GET('/api/v1/registers'))).items,
    enabled: () => me.value !== null,
    staleTime: RARELY,
  })
  return computed(() => data.value ?? [])
}

/** How a register's definition is asked for; known for a while. */
export function definitionOf(register: string) {
  return {
    queryKey: ['register', register],
    queryFn: () => take(api.GET('/api/v1/registers/{register}', { params: { path: { register } } })),
    staleTime: RARELY,
  }
}

/** Definitions by name; none of what cannot be had. */
export function useDefinitions(): (register: string) => Promise<Schemas['Register'] | undefined> {
  const queries = useQueryClient()
  return (register) => queries.fetchQuery(definitionOf(register)).catch(() => undefined)
}

/** Registers and their tables by app, in the order of the apps; what belongs to no app of the place stands last. */
export function useShelves(): ComputedRef<Shelf[]> {
  const registers = useRegisters()
  const { data } = useQuery({ queryKey: ['apps'], queryFn: () => take(api.GET('/api/v1/apps')), enabled: () => me.value !== null, staleTime: RARELY })
  return computed(() => shelve(data.value?.items ?? [], registers.value))
}

/** See `useShelves`. */
export function shelve(apps: Pick<Schemas['App'], 'name' | 'title'>[], registers: RegisterItem[]): Shelf[] {
  const known = new Set(apps.map((it) => it.name))
  const shelves = apps.map((app) => ({ name: app.name, title: app.title, registers: registers.filter((it) => it.app === app.name) }))
  shelves.push({ name: '', title: t('catalog.system'), registers: registers.filter((it) => !known.has(it.app)) })
  return shelves.filter((it) => it.registers.length > 0)
}

/** Whether its records may be seen. */
export const readable = (register: RegisterItem): boolean => register.may.includes('read')
