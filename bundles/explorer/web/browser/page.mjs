// Shared by browser tests: a browser with a page that notes errors, and steps with times.
import { chromium } from 'playwright-core'

export const base = process.argv[2].replace(/\/$/, '')
const pictures = process.argv[3]

/** Opens Chromium, which draws WebGL on the processor. */
export async function openPage(options = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', ...(options.args ?? [])],
  })
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, locale: 'en-GB', ...options.context })
  const problems = []
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // A page that is left, or a series that is changed, gives its requests up.
    if (reason !== 'net::ERR_ABORTED') problems.push(`request: ${request.url()} ${reason}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    const own = ['blob:', 'data:', 'about:', 'chrome-extension:', 'chrome:'].includes(url.protocol) || url.origin === new URL(base).origin
    if (!own) problems.push(`another host: ${request.url()}`)
  })
  return { browser, page, problems }
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
  if (!condition) throw new Error(what)
}

/** Keeps a picture where the caller of the program wants some. */
export async function picture(page, name) {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` })
}
