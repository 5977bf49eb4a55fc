// Residents on the public site: reporting, following, rating; without scripts and with them, on a phone and on a wide screen, by keyboard
// alone. Every page is shown to axe-core in every setting of the switches.
import { BASE, expect, findings, openWindow, shot, story } from './browser.mjs'
import { act, caseOf, official, photo } from './office.mjs'
import { jpeg, sent, turned, watchSending } from './pictures.mjs'

const SETTINGS = ['', 'text-large', 'text-huge', 'contrast-high', 'text-large contrast-high', 'text-huge contrast-high']
/** A street corner of the demo county. */
const CORNER = { latitude: 43.041, longitude: 127.51229, accuracy: 12 }
/** Where collector1 goes his rounds; the clerk puts the case there. */
const BEAT = { lon: 127.5006, lat: 43.0496 }
const STATIC = { home: '/', lookup: '/p', how: '/how-it-works', privacy: '/privacy', accessibility: '/accessibility', errors: '/site-errors', missing: '/nowhere',
  'help-site': '/help/site', 'help-report': '/help/report', 'help-progress': '/help/progress', 'help-rating': '/help/rating', 'help-how': '/help/how-it-works' }

/** What is wrong with the looks; told all at once at the end, so that one look mends them all. */
const findingsSoFar = []

/** Looks at a page: nothing sticks out sideways, axe finds nothing in any setting. */
async function look(page, name, settings = SETTINGS) {
  await shot(page, name, { fullPage: true })
  const asked = await page.evaluate(() => document.documentElement.className)
  for (const setting of settings) {
    await page.evaluate((it) => { document.documentElement.className = it }, setting)
    await straight(page, `${name} (${setting})`)
    findingsSoFar.push(...(await findings(page)).map((it) => `${name} (${setting}): ${it}`))
  }
  await page.evaluate((it) => { document.documentElement.className = it }, asked)
}

async function straight(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wide > 0) findingsSoFar.push(`${name} is ${wide} px too wide`)
}

async function reads(page, ...texts) {
  const main = await page.locator('main').innerText()
  for (const text of texts) expect(main.includes(text), `the page does not say “${text}” but: ${main}`)
}

const next = (page) => page.locator('.buttons .primary').click()
const heading = (page, text) => page.getByRole('heading', { level: 1, name: text }).waitFor()

/** Presses Tab until the thing wanted has the focus. */
async function tabTo(page, selector) {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((it) => document.activeElement?.matches(it) ?? false, selector)) return
  }
  throw new Error(`the Tab key does not reach ${selector}`)
}

async function received(page) {
  await heading(page, '已经收到')
  const [code, number] = [await page.locator('.code').evaluate((it) => it.textContent), await page.locator('.number').innerText()]
  expect(/^[A-HJ-NP-Z2-9]{12}$/.test(code) && /^SB\d{13}$/.test(number), `${code} ${number}`)
  return { code, number }
}

/** A phone without scripts: every question, a mistake on the way, the switches. */
async function withoutScripts(browser, brought) {
  const page = await openWindow(browser, { width: 360, height: 740, scripts: false })
  await page.goto(BASE)
  await page.getByRole('button', { name: '特大' }).click()
  expect((await page.locator('html').getAttribute('class')) === 'text-huge', 'the switch for text works without scripts')
  await shot(page, 'plain-home-huge', { fullPage: true })
  await page.getByRole('button', { name: '高对比' }).click()
  await shot(page, 'plain-home-high', { fullPage: true })
  await page.getByRole('button', { name: '标准' }).click()
  await page.getByRole('button', { name: '高对比' }).click()
  expect((await page.locator('html').getAttribute('class')) === null, 'the switches go back')
  await page.getByRole('link', { name: '反映一个城市问题' }).click()
  await next(page)
  await reads(page, '有地方需要修改', '还没有填写')
  await shot(page, 'plain-what-empty', { fullPage: true })
  await page.getByLabel('发生了什么').fill('建设街菜市场门口的路面塌了一块，昨晚有人绊倒。')
  await page.getByRole('button', { name: '大', exact: true }).click()
  expect((await page.getByLabel('发生了什么').inputValue()).startsWith('建设街'), 'switching keeps what was typed')
  await page.getByRole('button', { name: '标准' }).click()
  await next(page)
  await page.locator('.small-map input').click({ position: { x: 150, y: 140 } })
  await reads(page, '已选位置')
  await page.getByRole('button', { name: '放大', exact: true }).click()
  await shot(page, 'plain-where', { fullPage: true })
  if (await page.locator('main').getByText('请确认是哪一边').count()) await page.getByRole('radio').first().check()
  await next(page)
  await heading(page, '拍张照片')
  await page.setInputFiles('input[type=file]', { name: 'hole.jpg', mimeType: 'image/jpeg', buffer: brought })
  await page.getByRole('button', { name: '上传' }).click()
  await shot(page, 'plain-photo', { fullPage: true })
  await next(page)
  await page.getByLabel('怎么称呼您').fill('王女士')
  await page.getByLabel('联系电话').fill('19900001234')
  await page.getByLabel('可以联系我').check()
  await next(page)
  await heading(page, '看一看填得对不对')
  await reads(page, '路面塌了一块', '王女士', '可以联系我')
  await shot(page, 'plain-check', { fullPage: true })
  await next(page)
  const told = await received(page)
  await shot(page, 'plain-received', { fullPage: true })
  await page.getByRole('link', { name: '现在就看进度页' }).click()
  await reads(page, '已收到', '正在等受理员查看', told.number)
  return { page, ...told }
}

/** A wide screen with scripts and a mouse: what the script makes easier. */
async function withScripts(browser) {
  const page = await openWindow(browser, { geolocation: CORNER, permissions: ['geolocation'] })
  await page.goto(BASE)
  await page.getByRole('link', { name: '反映一个城市问题' }).click()
  await look(page, 'what')
  await page.getByLabel('发生了什么').fill('路'.repeat(9_990))
  await reads(page, '还可以写 10 字')
  await page.getByLabel('发生了什么').fill('人行道的砖翘起来了，下雨积水。')
  await reads(page, '已写 15 字')
  await next(page)
  await look(page, 'where')
  await moveTheMap(page)
  await page.getByRole('button', { name: '用我现在的位置' }).click()
  await page.locator('main').getByText('误差约 12 米').waitFor()
  await look(page, 'where-here')
  await addressByKeyboard(page)
  await look(page, 'where-address', ['', 'text-huge contrast-high'])
  await next(page)
  if (await page.locator('main').getByText('请确认是哪一边').count()) {
    await page.getByRole('radio').first().check()
    await next(page)
  }
  await heading(page, '拍张照片')
  await photos(page)
  await next(page)
  await look(page, 'contact')
  await page.getByLabel('可以联系我').check()
  await next(page)
  await reads(page, '有地方需要修改')
  await look(page, 'contact-wrong')
  await page.getByLabel('不用').check()
  await next(page)
  await look(page, 'check')
  await next(page)
  const told = await received(page)
  await keep(page, told.code)
  return told
}

const view = (page, name) => page.locator(`.${name}-map input`).evaluate((it) => new URL(it.src).search)

async function settled(page, before, name = 'large') {
  await page.waitForFunction(([name, before]) => {
    const input = document.querySelector(`.${name}-map input`)
    return new URL(input.src).search !== before && /^translate\(0px, 0px\) scale\(1\)$/.test(input.style.transform)
  }, [name, before])
  return view(page, name)
}

async function moveTheMap(page) {
  const map = page.locator('.large-map input')
  await map.scrollIntoViewIfNeeded()
  const box = await map.boundingBox()
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  let seen = await view(page, 'large')
  await page.mouse.move(x, y)
  await page.mouse.wheel(0, -240)
  seen = await settled(page, seen)
  await page.mouse.down()
  await page.mouse.move(x - 80, y + 40, { steps: 5 })
  await page.mouse.up()
  seen = await settled(page, seen)
  expect(!(await page.locator('main').innerText()).includes('已选位置'), 'moving the sketch marks nothing')
  const address = page.url()
  await map.click({ position: { x: 300, y: 200 } })
  await page.locator('main').getByText('已选位置').waitFor()
  expect(page.url() === address, 'a click needs no new page')
  await page.getByRole('button', { name: '取消选好的位置' }).click()
  await page.locator('main').getByText('已选位置').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '缩小', exact: true }).click()
  await page.waitForFunction((seen) => new URL(document.querySelector('.large-map input').src).search !== seen, seen)
}

async function addressByKeyboard(page) {
  const box = page.getByRole('combobox', { name: '地址' })
  await box.fill('')
  await box.pressSequentially('十字街')
  await page.getByRole('option').first().waitFor()
  await shot(page, 'where-suggestions')
  findingsSoFar.push(...(await findings(page)).map((it) => `suggestions: ${it}`))
  const first = await page.getByRole('option').first().innerText()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForFunction((it) => document.querySelector('[data-suggest]').value === it && !document.querySelector('.box li'), first)
}

async function photos(page) {
  const lying = turned(await jpeg(page, 4000, 3000))
  await watchSending(page)
  await page.setInputFiles('input[type=file]', { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: lying })
  await page.getByAltText('照片 1', { exact: true }).waitFor()
  const [size] = await sent(page)
  expect(size?.width === 1920 && size.height === 2560 && size.bytes < lying.length, `the photo is sent upright and small: ${JSON.stringify(size)}`)
  const thumb = await page.getByAltText('照片 1', { exact: true }).evaluate((it) => [it.naturalWidth, it.naturalHeight])
  expect(thumb[0] < thumb[1], `the photo kept stands upright: ${thumb}`)
  await page.setInputFiles('input[type=file]', [
    { name: 'a.jpg', mimeType: 'image/jpeg', buffer: await jpeg(page, 800, 600, '#86836d') },
    { name: 'b.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('this is no photo') },
  ])
  await page.locator('main').getByText('有地方需要修改').waitFor()
  await page.getByAltText('照片 2', { exact: true }).waitFor()
  await look(page, 'photo-refused')
  await hurried(page)
  await page.context().setOffline(true)
  await page.setInputFiles('input[type=file]', { name: 'c.jpg', mimeType: 'image/jpeg', buffer: await jpeg(page, 900, 700) })
  await page.locator('main').getByText('可能是网络断了').waitFor()
  await shot(page, 'photo-offline', { fullPage: true })
  await page.getByRole('button', { name: /去掉\s*照片 2/ }).click()
  await page.locator('main').getByText('没有连上').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('button', { name: '上传' }).click()
  await page.getByAltText('照片 3', { exact: true }).waitFor()
  await page.getByRole('button', { name: /去掉\s*照片 2/ }).click()
  await page.getByAltText('照片 3', { exact: true }).waitFor({ state: 'detached' })
  await look(page, 'photo')
}

/** Presses on while a photo is still on its way, over a slow line: what is refused is read first, what is taken is waited for. */
async function hurried(page) {
  await page.route('**/report/**', async (route) => {
    await new Promise((done) => setTimeout(done, 800))
    await route.continue()
  })
  await page.setInputFiles('input[type=file]', { name: 'd.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('this is no photo either') })
  await next(page)
  await reads(page, '正在上传照片，传完自动继续')
  await shot(page, 'photo-hurried', { fullPage: true })
  await page.locator('.summary').getByText('“d.jpg”').waitFor()
  await heading(page, '拍张照片')
  await page.setInputFiles('input[type=file]', { name: 'e.jpg', mimeType: 'image/jpeg', buffer: await jpeg(page, 700, 500) })
  await next(page)
  await heading(page, '怎么联系您')
  await page.unroute('**/report/**')
  await page.getByRole('button', { name: '上一步' }).click()
  await page.getByRole('button', { name: /去掉\s*照片 3/ }).click()
  await page.getByAltText('照片 3', { exact: true }).waitFor({ state: 'detached' })
}

async function keep(page, code) {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '保存为图片' }).click()
  expect((await download).suggestedFilename() === `${code}.png`, 'the picture is named by the code')
  await page.getByAltText('写有查询码').waitFor()
  await look(page, 'received-kept')
  await page.emulateMedia({ media: 'print' })
  await shot(page, 'received-print', { fullPage: true })
  await page.emulateMedia({ media: 'screen' })
}

/** A phone with scripts and no mouse: from the first page to the code by keys alone. */
async function byKeyboard(browser) {
  const page = await openWindow(browser, { width: 360, height: 740 })
  await page.goto(BASE)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await tabTo(page, '.door')
  await page.keyboard.press('Enter')
  await heading(page, '发生了什么')
  await tabTo(page, 'textarea')
  await page.keyboard.type('路灯不亮已经三天了。')
  await tabTo(page, '.buttons .primary')
  await page.keyboard.press('Enter')
  await heading(page, '在哪里')
  await tabTo(page, '.small-map input')
  let seen = await view(page, 'small')
  for (const key of ['+', 'ArrowRight', 'ArrowUp']) {
    await page.keyboard.press(key)
    seen = await settled(page, seen, 'small')
  }
  await shot(page, 'keyboard-map', { fullPage: true })
  await page.keyboard.press('Enter')
  await page.locator('main').getByText('已选位置').waitFor()
  expect(await page.evaluate(() => document.activeElement.matches('.small-map input')), 'the focus stays on the sketch')
  await look(page, 'phone-where', ['', 'text-huge contrast-high'])
  if (await page.locator('main').getByText('请确认是哪一边').count()) {
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Space')
  }
  for (const title of ['拍张照片', '怎么联系您', '看一看填得对不对', '已经收到']) {
    await tabTo(page, '.buttons .primary')
    await page.keyboard.press('Enter')
    await heading(page, title)
  }
  await look(page, 'phone-received', ['', 'text-huge contrast-high'])
  return received(page)
}

/** The office works; the reporter looks at his page between. */
async function handled(page, { code, number }, repaired) {
  const [intake, dispatcher, handler, collector, chief] = await Promise.all(
    ['intake1', 'dispatcher1', 'handler1', 'collector1', 'chief1'].map(official))
  const id = await caseOf(intake, number)
  const sees = async (...texts) => {
    await page.goto(`${BASE}/p/${code}`)
    await reads(page, ...texts)
  }
  await act(intake, id, 'complete', { outcome: 'file', form: { class: 'E0110', condition: 'E0110-2', location: BEAT } })
  await sees('处理中', '已经立案')
  await act(dispatcher, id, 'complete', { outcome: 'dispatch', form: { handler: 'shizheng', reason: '路面归市政' } })
  await sees('处理中', '处理时限', '前处理完', '市政')
  await shot(page, 'plain-progress-handling', { fullPage: true })
  await act(handler, id, 'complete', { outcome: 'reply', form: { reply: '已铣刨重铺', reply_photos: [await photo(handler, repaired)] } })
  await sees('已处理', '正在到现场核查')
  await act(collector, id, 'complete', { outcome: 'solved', form: { check_result: '路面平整' } })
  await act(chief, id, 'complete', { outcome: 'close' })
  await sees('已结束', '可以评价', '反映时的照片', '处理后的照片')
  for (const hidden of ['王女士', '19900001234', '采集员一', 'handler1'])
    expect(!(await page.content()).includes(hidden), `the page does not show ${hidden}`)
}

/** The rating, without scripts, with something forgotten first. */
async function rated(page) {
  await shot(page, 'plain-progress-closed', { fullPage: true })
  await page.getByRole('button', { name: '提交评价' }).click()
  await reads(page, '有地方需要修改', '还没有选')
  await shot(page, 'plain-rating-wrong', { fullPage: true })
  await page.getByLabel('满意', { exact: true }).check()
  await page.getByLabel('解决了', { exact: true }).check()
  await page.getByLabel('想说的话').fill('修得很快，谢谢。')
  await page.getByRole('button', { name: '提交评价' }).click()
  await reads(page, '您的评价', '修得很快')
  expect((await page.getByRole('button', { name: '提交评价' }).count()) === 0, 'a rating is given once')
  await shot(page, 'plain-progress-rated', { fullPage: true })
}

/** Every page that has an address, in every setting, with scripts and without, narrow and wide. */
async function tour(browser, codes) {
  const pages = { ...STATIC, unknown: '/p/ABCDEFGH2345', rated: `/p/${codes.rated}`, fresh: `/p/${codes.fresh}` }
  for (const [width, settings] of [[1280, SETTINGS], [360, ['', 'text-huge contrast-high']], [320, []]]) {
    const page = await openWindow(browser, { width, height: 800 })
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(BASE + path)
      await look(page, `${name}-${width}`, settings)
      await straight(page, `${name}-${width}`)
    }
    // Twice the size of a page is half the width of its window.
    if (width === 1280) {
      await page.setViewportSize({ width: 640, height: 400 })
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(BASE + path)
        await straight(page, `${name} at 200 %`)
      }
    }
    await page.context().close()
  }
}

await story(async (browser) => {
  const painter = await openWindow(browser)
  const [before, after] = [await jpeg(painter, 1600, 1200, '#8a8378'), await jpeg(painter, 1600, 1200, '#4a4d52')]
  await painter.context().close()
  const plain = await withoutScripts(browser, before)
  const { code: fresh } = await withScripts(browser)
  await byKeyboard(browser)
  await handled(plain.page, plain, after)
  const open = await openWindow(browser)
  for (const width of [1280, 360]) {
    await open.setViewportSize({ width, height: 800 })
    await open.goto(`${BASE}/p/${plain.code}`)
    await look(open, `closed-${width}`)
    await open.getByRole('button', { name: '提交评价' }).click()
    await look(open, `rating-wrong-${width}`, ['', 'text-huge contrast-high'])
  }
  await rated(plain.page)
  await tour(browser, { rated: plain.code, fresh })
  expect(findingsSoFar.length === 0, findingsSoFar.join('\n'))
})
