// A part of the page of a matter: only what was answered is told as a fact.
import { computed, type ComputedRef, type Ref } from 'vue'

export type Part = { /** The first answer is not there yet. */ busy: boolean; error: unknown; retry: () => void }

type Asked = { isPending: Ref<boolean>; fetchStatus: Ref<string>; error: Ref<unknown>; refetch: () => unknown }

/** What several questions together have come to; one that is not asked at all keeps nobody waiting. */
export function partOf(...asked: Asked[]): ComputedRef<Part> {
  return computed(() => ({
    busy: asked.some((it) => it.isPending.value && it.fetchStatus.value !== 'idle'),
    error: asked.map((it) => it.error.value).find(Boolean) ?? null,
    retry: () => asked.filter((it) => it.error.value).forEach((it) => void it.refetch()),
  }))
}

/** Whether everything has been answered. */
export const answered = (it: Part): boolean => !it.busy && !it.error
