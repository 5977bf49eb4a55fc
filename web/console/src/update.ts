// A part of the program that cannot be fetched: after an update of the server its name is another one. Then the page is loaded anew,
// unless something is typed; a server that is merely away is told as that.
import { shallowRef } from 'vue'
import type { Router } from 'vue-router'

/** What the line over the page says: nothing, that there is a newer program, or that a part did not come. */
export const outOfDate = shallowRef<'' | 'newer' | 'failed'>('')

export type Asked = {
  /** Whether loading anew would lose something. */
  unsent: () => boolean
  /** Whether the server has another program than this page runs. */
  isNewer: () => Promise<boolean>
  load: (address: string) => void
}

/** Says what is to be done about a part that did not come, wanted for `address`. */
export async function missing(address: string, asked: Asked): Promise<void> {
  const newer = await asked.isNewer().catch(() => false)
  if (newer && !asked.unsent()) asked.load(address)
  else outOfDate.value = newer ? 'newer' : 'failed'
}

/** The page names its program by a name that changes with every build. */
async function isNewer(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')
  const answer = await fetch('/staff/', { cache: 'no-store' })
  return answer.ok && own !== null && own !== undefined && !(await answer.text()).includes(own)
}

const MISSING_PART = /dynamically imported module|Importing a module script failed|Unable to preload CSS/

/** Watches for parts that do not come: of pages and of what pages load later. */
export function watchParts(router: Router, unsent: () => boolean): void {
  const asked: Asked = { unsent, isNewer, load: (address) => location.assign(address) }
  router.onError((error, to) => {
    if (error instanceof Error && MISSING_PART.test(error.message)) void missing(router.resolve(to).href, asked)
  })
  window.addEventListener('vite:preloadError', () => void missing(location.href, asked))
}
