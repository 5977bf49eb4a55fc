// People of the office at their screens: sign in, open a matter from the work list, act.
import { BASE, PASSWORD, expect, openWindow } from './browser.mjs'

/** Signs somebody in and gives what he can do at his screen. */
export async function signIn(browser, username, options = {}) {
  const page = await openWindow(browser, { width: 1280, height: 800, ...options })
  await page.goto(`${BASE}/staff/`)
  await page.getByLabel('账号').fill(username)
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('tab', { name: '待办' }).or(page.getByText('待办').first()).first().waitFor()
  // The form of an act, or of a new record.
  const form = page.locator('.act-form, .new')
  /** Presses a key until what has the focus is what is wanted. */
  const keyTo = async (key, wanted) => {
    for (let n = 0; n < 80; n++) {
      if (await page.evaluate(({ within, text }) => {
        const it = document.activeElement
        return Boolean(it?.closest(within)) && (it.ariaLabel ?? it.labels?.[0]?.textContent ?? it.textContent).includes(text)
      }, wanted)) return
      await page.keyboard.press(key)
    }
    throw new Error(`${key} does not come to ${wanted.text}`)
  }
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
    /** His name, as the page says it. */
    name: async () => (await page.locator('.who').innerText()).trim().split(/\s/)[0],
    /** What the head of the open matter says. */
    head: async () => (await page.locator('.matter .head').innerText()).replace(/\s+/g, ' '),
    /** One known fact of the open matter. */
    fact: (title) => page.locator('.reported dl > div', { has: page.locator('dt', { hasText: title }) }).locator('.value').first().innerText(),
    /** An act done without touching the mouse: j to the row, Enter, Tab to the act, Enter, Tab to the field, words, Ctrl+Enter. */
    async byKeys(row, title, [label, words]) {
      await page.goto(`${BASE}/staff/`)
      await page.locator('.list .row', { hasText: row }).waitFor()
      await keyTo('j', { within: '.list .row', text: row })
      await page.keyboard.press('k')
      await keyTo('j', { within: '.list .row', text: row })
      await page.keyboard.press('Enter')
      await page.locator('.acts').getByRole('button', { name: title, exact: true }).waitFor()
      await keyTo('Tab', { within: '.acts .buttons button', text: title })
      await page.keyboard.press('Enter')
      await form.waitFor()
      await keyTo('Tab', { within: '.act-form textarea', text: label })
      await page.keyboard.type(words)
      await page.keyboard.press('Control+Enter')
      await form.waitFor({ state: 'hidden' })
    },
    /** Registers a new record by the button of its list. */
    async begin(list) {
      await page.goto(`${BASE}/staff/`)
      await page.locator('nav').getByRole('link', { name: list, exact: true }).click()
      await page.getByRole('link', { name: '新登记' }).or(page.getByRole('button', { name: '新登记' })).first().click()
      await form.locator('.form').waitFor()
    },
    /** Saves it, past the look at what may be the same; gives its number. */
    async register() {
      await form.getByRole('button', { name: '登记', exact: true }).click()
      const anyway = form.getByRole('button', { name: '仍然登记' })
      const head = page.locator('.matter .head')
      await anyway.or(head).first().waitFor()
      if (await anyway.isVisible()) await anyway.click()
      await head.waitFor()
      const number = /SB\d+/.exec(await head.innerText())?.[0]
      expect(number, `${username} gets a number for the new record`)
      return number
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
