// Shared by browser tests: a browser with pages that note errors, steps with times, and checks of accessibility.
// Arguments of each program: the address of the server, and a directory for screenshots or "-".
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

export const base = process.argv[2].replace(/\/$/, '')
const pictures = process.argv[3] ?? '-'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Complaints of the browser, requests to other hosts, and serious findings of axe, of all pages. */
export const problems = []

export function openBrowser() {
  // Without a GPU Chromium emulates WebGL on the processor, as it does for a person on a virtual machine.
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
}

/** Opens a page of its own context, with an address of its own if a test has a second server. */
export async function openPage(browser, options = {}, own = base) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'en-GB', ...options })
  return watch(await context.newPage(), own)
}

/** Notes complaints and requests to other hosts of a page, also one that the program did not open itself. */
export function watch(page, own = base) {
  page.setDefaultTimeout(20_000)
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()} ${message.location().url}`))
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // A page that is left, or a series that is changed, gives its requests up.
    if (reason !== 'net::ERR_ABORTED') problems.push(`request: ${request.url()} ${reason}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    const known = ['blob:', 'data:', 'about:', 'chrome-extension:', 'chrome:'].includes(url.protocol) || url.origin === new URL(own).origin
    if (!known) problems.push(`another host: ${request.url()}`)
  })
  return page
}

/** Goes to a page of the explorer by the part of the address behind the hash. */
export async function go(page, hash, root = base) {
  await page.goto(`${root}/app/explorer.html#${hash}`)
  await page.locator('main h1').first().waitFor()
}

/** Notes what axe finds serious on the page as it is now. */
export async function axe(page, name) {
  // Colours that are faded in have less contrast on their way.
  await page.waitForTimeout(250)
  await page.evaluate(AXE)
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES)
  for (const violation of violations) {
    if (violation.impact !== 'serious' && violation.impact !== 'critical') continue
    const where = violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 140))
    problems.push(`axe on ${name}: ${violation.id}: ${where.join(' | ')}`)
  }
}

/** Waits for a message at the foot of the page and closes it, so that the next message of the same words is another one. */
export async function message(page, text) {
  const shown = page.locator('.messages .message', { hasText: text })
  await shown.waitFor()
  // The page may close the message first, some seconds after it appeared.
  await shown.getByRole('button', { name: 'Close' }).click({ timeout: 5_000 }).catch(() => {})
  await shown.waitFor({ state: 'detached' })
}

export async function find(level, query) {
  const answer = await fetch(`${base}/tools/find`, { method: 'POST', body: JSON.stringify({ Level: level, Query: query }) })
  return (await answer.json())[0]
}

export async function step(name, action) {
  const start = performance.now()
  const result = await action()
  console.log(`${name}: ${Math.round(performance.now() - start)} ms${result === undefined ? '' : ` ${JSON.stringify(result)}`}`)
  return result
}

export function ensure(condition, what) {
  if (!condition) throw new Error(typeof what === 'string' ? what : JSON.stringify(what))
}

/** Keeps a picture where the caller of the program wants some, as WebP: small enough for the guide. */
export async function picture(page, name) {
  if (pictures === '-') return
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 72 })
  writeFileSync(`${pictures}/${name}.webp`, Buffer.from(data, 'base64'))
}

/** Runs the steps of a program; its last line says whether every step passed. */
export async function run(name, steps) {
  const browser = await openBrowser()
  try {
    await steps(browser)
    ensure(problems.length === 0, 'the browser complains')
    console.log(`${name}: every step passed`)
  } catch (failure) {
    for (const context of browser.contexts()) for (const page of context.pages()) await picture(page, 'failure').catch(() => {})
    console.error(failure)
    if (problems.length > 0) console.error(problems.join('\n'))
    process.exitCode = 1
  } finally {
    await browser.close()
  }
}
