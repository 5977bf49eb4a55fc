// What every story shares: the browser, people with their own windows, pictures, the accessibility check.
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

export const BASE = need('BASE')
export const PASSWORD = need('PASSWORD')
const SHOTS = need('SHOTS')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

function need(name) {
  const value = process.env[name]
  if (!value) throw new Error(`say ${name} in the environment`)
  return value
}

/** Chromium of the system, without a graphics card. */
export async function openBrowser() {
  const path = process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium || command -v google-chrome'], { encoding: 'utf8' }).trim()
  const flags = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader']
  return chromium.launch({ executablePath: path, args: flags })
}

/** A window of its own; page errors and refused scripts end the story. */
export async function openWindow(browser, options = {}) {
  const { width = 1280, height = 800, scripts = true, ...more } = options
  const context = await browser.newContext({
    viewport: { width, height }, javaScriptEnabled: scripts, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
    serviceWorkers: 'block', bypassCSP: false, reducedMotion: 'reduce', ...more,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.faults = []
  page.on('pageerror', (err) => page.faults.push(`page error: ${err.message}`))
  page.on('console', (it) => {
    if (/Content Security Policy|Refused to/.test(it.text())) page.faults.push(it.text())
  })
  return page
}

/** Saves what a person sees now. */
export async function shot(page, name, options = {}) {
  await page.screenshot({ path: join(SHOTS, `${name}.png`), ...options })
}

/** Findings of axe-core on this page, of these impacts only (all when none is named). */
export async function findings(page, impacts = []) {
  // A page's own policy forbids injected script elements; the debugger's evaluation is not bound by it.
  await page.evaluate(AXE)
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return result.violations
    .filter((it) => impacts.length === 0 || impacts.includes(it.impact))
    .map((it) => `${it.id} (${it.impact}): ${it.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' ; ')}`)
}

/** Ends the story with words unless `holds`. */
export function expect(holds, words) {
  if (!holds) throw new Error(words)
}

/** Runs a story; a fault keeps a picture of every open window. */
export async function story(play) {
  const browser = await openBrowser()
  try {
    await play(browser)
    for (const context of browser.contexts())
      for (const page of context.pages()) expect(!page.faults?.length, `${page.url()}: ${page.faults?.join('\n')}`)
  } catch (err) {
    let n = 0
    for (const context of browser.contexts())
      for (const page of context.pages()) {
        await page.screenshot({ path: join(SHOTS, `fault-${++n}.png`) }).catch(() => {})
        console.error(`fault-${n}.png shows ${page.url()}`)
      }
    throw err
  } finally {
    await browser.close()
  }
}
