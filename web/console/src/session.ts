// Who works here. Any 401 after signing in sets `lost`: the sign-in then stands over the page, so that nothing typed is lost.
import { ref, shallowRef } from 'vue'
import { ApiError, api, take, type Schemas } from '@yiwang/api-client'

export type Me = Schemas['Me']

/** Who is signed in; null before that. */
export const me = shallowRef<Me | null>(null)
/** The session ended while somebody was at work. */
export const lost = ref(false)
/** Nothing but a new password is allowed. */
export const mustChange = ref(false)

const SIGN_IN = '/api/v1/session'

api.use({
  async onResponse({ request, response }) {
    if (response.status === 401 && me.value && !new URL(request.url).pathname.endsWith(SIGN_IN)) lost.value = true
    if (response.status === 403 && !mustChange.value) mustChange.value = (await codeOf(response)) === 'password-must-change'
    return undefined
  },
})

async function codeOf(response: Response): Promise<unknown> {
  const body: unknown = await response.clone().json().catch(() => null)
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : null
}

let asked: Promise<void> | null = null

/** Asks once who is signed in. Throws only when the server cannot be reached. */
export function known(): Promise<void> {
  asked ??= ask().catch((why: unknown) => {
    asked = null
    throw why
  })
  return asked
}

async function ask(): Promise<void> {
  try {
    me.value = await take(api.GET('/api/v1/me'))
    mustChange.value = me.value.must_change_password
  } catch (why) {
    // 401 is an answer; 403 can only be the password, which the answer has noted.
    if (!(why instanceof ApiError) || (why.status !== 401 && why.status !== 403)) throw why
  }
}

/** Asks again, after something about the session has changed. */
export function reload(): Promise<void> {
  asked = null
  return known()
}

/** Signs in. Another person than before starts with a fresh page, so that nobody sees what the first one typed. */
export async function signIn(username: string, password: string): Promise<void> {
  const session = await take(api.POST(SIGN_IN, { body: { username, password } }))
  if (me.value && me.value.id !== session.me.id) {
    location.assign('/staff/')
    return
  }
  me.value = session.me
  mustChange.value = session.must_change_password
  asked = Promise.resolve()
  lost.value = false
}

/** Signs out and leaves a page on which nothing of the session is left. */
export async function signOut(): Promise<void> {
  const answer = await take(api.DELETE(SIGN_IN)).catch((why: unknown) => why)
  if (answer instanceof ApiError && answer.status !== 401) throw answer
  location.assign('/staff/sign-in')
}

/** The unit and the roles of the first post: `监督受理科 受理员`. */
export function postOf(person: Me): string {
  const post = person.posts[0]
  return post ? `${post.department.title} ${post.roles.map((it) => it.title).join('、')}` : ''
}
