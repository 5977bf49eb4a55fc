// People of the office at their screens: sign in, open a matter from the work list, act.
import { BASE, PASSWORD, openWindow } from './browser.mjs'

/** Signs somebody in and gives what he can do at his screen. */
export async function signIn(browser, username, options = {}) {
  const page = await openWindow(browser, { width: 1280, height: 800, ...options })
  await page.goto(`${BASE}/staff/`)
  await page.getByLabel('账号').fill(username)
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('tab', { name: '待办' }).or(page.getByText('待办').first()).first().waitFor()
  const form = page.locator('.act-form')
  return {
    page,
    form,
    username,
    /** Whether the matter is in his box. */
    async has({ number }) {
      const asked = page.waitForResponse((it) => it.url().includes('/api/v1/tasks?') && it.url().includes(number))
      await page.goto(`${BASE}/staff/?q=${number}`)
      return (await (await asked).json()).items.length > 0
    },
    /** Opens a matter by its number from his own first page. */
    async open({ number, title }) {
      await page.goto(`${BASE}/staff/`)
      const asked = page.waitForResponse((it) => it.url().includes('/api/v1/tasks?') && it.url().includes(number))
      await page.getByPlaceholder('在这一栏里搜').fill(number)
      await asked
      await page.getByText('共 1 件').waitFor()
      await page.getByText(title).first().click()
      await page.locator('.acts').waitFor()
    },
    /** Opens a matter that is not in his box, by searching everything. */
    async visit({ number, title }) {
      await page.goto(`${BASE}/staff/`)
      await page.getByPlaceholder('搜编号', { exact: false }).fill(number)
      await page.getByRole('option', { name: title }).or(page.locator('header').getByText(title)).first().click()
      await page.locator('.acts').waitFor()
    },
    /** Opens the small form of an act. */
    async press(title) {
      await page.locator('.acts').getByRole('button', { name: title, exact: true }).first().click()
    },
    field: (label) => form.getByLabel(label, { exact: false }).first(),
    /** Chooses by typing, as people who know their codes do. */
    async choose(label, typed, text) {
      const box = form.getByRole('combobox', { name: label }).first()
      await box.click()
      await box.pressSequentially(typed)
      await page.locator('.el-select-dropdown__item:visible', { hasText: text }).first().click()
    },
    /** The longer text of the open form. */
    words: () => form.locator('textarea').first(),
    /** Takes one of a few answers. */
    async pick(label, at) {
      await form.getByRole('radiogroup', { name: label }).locator('label').nth(at).click()
    },
    /** Adds a photo and waits until it is there. */
    async photo(bytes) {
      const files = form.locator('input[type=file]').first()
      await files.setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: bytes })
      await form.getByText('已有 1 个').first().waitFor()
    },
    /** Does an act that needs nothing but words: opens, says, sends. */
    async say(title, words, send = title) {
      await this.press(title)
      if (words) await this.field('说明').fill(words)
      await this.send(send)
    },
    /** The state the head of the page names. */
    async reads(text) {
      await page.locator('.pane, main').getByText(text).first().waitFor()
    },
    /** Sends the open form and waits until it is done. */
    async send(title) {
      await form.getByRole('button', { name: title, exact: true }).click()
      await form.waitFor({ state: 'hidden' })
    },
  }
}

/** Of several people the one whose box holds the matter. */
export async function whoHas(people, matter) {
  for (const person of people) if (await person.has(matter)) return person
  throw new Error(`none of ${people.map((it) => it.username).join(' ')} has ${matter.number}`)
}
