// Who works here. Any 401 after signing in sets `lost`: the sign-in then stands over the page, so that nothing typed is lost.
import { ref, shallowRef } from 'vue'
import { ApiError, api, onRefusal, take, type Schemas } from '@yiwang/api-client'

export type Me = Schemas['Me']

/** Who is signed in; null before that. */
export const me = shallowRef<Me | null>(null)
/** The session ended while somebody was at work. */
export const lost = ref(false)
/** The page is being left on purpose: nothing asks any more whether it may be. */
export const leaving = ref(false)
/** Why nobody knows who works here: the server was not reached. */
export const unreached = shallowRef<unknown>(null)
/** Nothing but a new password is allowed. */
export const mustChange = ref(false)

const SIGN_IN = '/api/v1/session'

onRefusal(({ path, status, problem }) => {
  if (status === 401 && me.value && path !== SIGN_IN) lost.value = true
  if (status === 403 && problem?.code === 'password-must-change') mustChange.value = true
})

/** What is put down when the session is about to end, and taken up again when it does not end after all. */
type Farewell = { leave: () => unknown; stay: () => void }
const farewells = new Set<Farewell>()

/** Takes part in the end of the session, while it still holds; gives back how to take that off again. */
export function beforeSignOut(it: Farewell): () => void {
  farewells.add(it)
  return () => void farewells.delete(it)
}

let asked: Promise<void> | null = null

/** Asks once who is signed in. Throws only when the server cannot be reached. */
export function known(): Promise<void> {
  asked ??= ask().then(() => { unreached.value = null }, (why: unknown) => {
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
    leaving.value = true
    location.assign('/staff/')
    return
  }
  me.value = session.me
  mustChange.value = session.must_change_password
  unreached.value = null
  asked = Promise.resolve()
  lost.value = false
}

/** Signs out and leaves a page on which nothing of the session is left. */
export async function signOut(): Promise<void> {
  await Promise.allSettled([...farewells].map((it) => it.leave()))
  const answer = await take(api.DELETE(SIGN_IN)).catch((why: unknown) => why)
  if (answer instanceof ApiError && answer.status !== 401) {
    for (const it of farewells) it.stay()
    throw answer
  }
  leaving.value = true
  location.assign('/staff/sign-in')
}

/** The unit and the roles of the first post: `监督受理科 受理员`. */
export function postOf(person: Me): string {
  const post = person.posts[0]
  return post ? `${post.department.title} ${post.roles.map((it) => it.title).join('、')}` : ''
}
