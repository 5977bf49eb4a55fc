// A write that may be sent again: the same content goes under the same key, so that a lost answer never does a thing twice.
import { newKey } from '@yiwang/api-client'

/** Gives the key for a content: the last one when that content is sent again, else a fresh one. */
export function useKey(): (content: unknown) => string {
  let last = ''
  let key = newKey()
  return (content) => {
    const now = JSON.stringify(content)
    if (now !== last) key = newKey()
    last = now
    return key
  }
}
