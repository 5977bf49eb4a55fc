// The office behind the public site, over the HTTP API: a story of residents needs somebody who works.
import { BASE, PASSWORD, expect } from './browser.mjs'

/** Somebody signed in. */
export async function official(username) {
  const answer = await fetch(`${BASE}/api/v1/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password: PASSWORD }),
  })
  expect(answer.ok, `${username} signs in: ${answer.status} ${await answer.clone().text()}`)
  const cookie = answer.headers.getSetCookie().map((it) => it.split(';')[0]).join('; ')
  return { username, cookie }
}

async function call(who, method, path, body) {
  const sent = body instanceof FormData ? { body } : body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}
  const answer = await fetch(`${BASE}/api/v1${path}`, { method, ...sent, headers: { ...sent.headers, cookie: who.cookie } })
  const text = await answer.text()
  expect(answer.ok, `${who.username} ${method} ${path}: ${answer.status} ${text}`)
  return text ? JSON.parse(text) : null
}

/** The record with this 上报编号. */
export async function caseOf(who, number) {
  const found = await call(who, 'GET', `/registers/urban_case/records?q=${number}`)
  expect(found.items.length === 1, `one case for ${number}, not ${found.items.length}`)
  return found.items[0].id
}

/** Does the act on the task this person has on the case. */
export async function act(who, id, name, body) {
  const todo = await call(who, 'GET', '/tasks?box=todo&limit=200')
  const task = todo.items.find((it) => it.record.id === id)
  expect(task, `${who.username} has a task on ${id}`)
  await call(who, 'POST', `/tasks/${task.id}/${name}`, body)
}

/** Brings a photo; gives its id. */
export async function photo(who, bytes) {
  const form = new FormData()
  form.set('file', new Blob([bytes], { type: 'image/jpeg' }), 'done.jpg')
  return (await call(who, 'POST', '/files', form)).id
}
