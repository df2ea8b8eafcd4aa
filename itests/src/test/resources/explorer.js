// Uses the explorer as a person does. Arguments: address of the server, a DICOM file to upload, folder for screenshots or "-".
// Prints one line for each thing that works, and stops at the first that does not.
const { chromium } = require('playwright-core')
const { readFileSync } = require('fs')
const assert = require('assert')

const [, , server, upload, shots] = process.argv
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync']
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const complaints = []

async function open(browser, options) {
  const context = await browser.newContext({ locale: 'en', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(15000)
  page.on('console', (m) => m.type() === 'error' && complaints.push(`console: ${m.text()}`))
  page.on('pageerror', (e) => complaints.push(`page: ${e.message}`))
  page.on('request', (r) => new URL(r.url()).origin === new URL(server).origin || /^(blob|data):/.test(r.url()) || complaints.push(`other host: ${r.url()}`))
  return page
}

async function go(page, hash) {
  await page.goto(`${server}/app/explorer.html#${hash}`)
  await page.locator('main h1').first().waitFor()
}

async function axe(page, name) {
  await page.waitForTimeout(250)
  await page.evaluate(AXE)
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES)
  const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  for (const v of serious) complaints.push(`axe on ${name}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 140)).join(' | ')}`)
}

const rows = (page) => page.locator('table.resources tbody tr')

async function desktop(browser) {
  const page = await open(browser, { viewport: { width: 1360, height: 850 } })
  await page.goto(`${server}/`)
  await rows(page).first().waitFor()
  assert(page.url().includes('/app/explorer.html#/studies'), page.url())
  console.log('root')

  assert.strictEqual(await rows(page).count(), 3)
  // A person name ends its first group at "=" (PS3.5 section 6.2.1).
  assert.strictEqual(await page.getByText('<img src').count() > 0, true)
  assert.strictEqual(await page.getByText('<script>window.hacked=1</script>').count() > 0, true)
  assert.strictEqual(await page.evaluate(() => window.hacked), undefined)
  assert.strictEqual(await page.getByText('⟨U+202E⟩').count() > 0, true)
  console.log('hostile')
  if (shots !== '-') await page.screenshot({ path: `${shots}/explorer-studies.png` })

  await page.getByLabel('Filter by Patient ID').fill('explorer-1')
  await page.waitForFunction(() => document.querySelectorAll('table.resources tbody tr').length === 1)
  assert(page.url().includes('PatientID=explorer-1'), page.url())
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.waitForFunction(() => document.querySelectorAll('table.resources tbody tr').length === 3)
  await page.goBack()
  await page.waitForFunction(() => document.querySelectorAll('table.resources tbody tr').length === 1)
  console.log('filter')

  // By the keyboard alone: from the filter to the name of the patient, and in.
  await page.getByLabel('Select all of this page').focus()
  for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement?.classList.contains('open'))); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Series' }).waitFor()
  console.log('keyboard')
  await axe(page, 'study')
  if (shots !== '-') await page.screenshot({ path: `${shots}/explorer-study.png` })

  await page.getByRole('button', { name: 'Labels' }).click()
  await page.getByRole('dialog').locator('input').fill('reviewed')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('header .v-chip', { hasText: 'reviewed' }).waitFor()
  console.log('label')

  await page.locator('.lines a').first().click()
  await page.locator('.tiles a').first().click()
  await page.getByLabel('Search tags, names and values').fill('PatientName')
  await page.getByText('0010,0010').waitFor()
  console.log('tags')
  await axe(page, 'instance')

  await page.getByRole('button', { name: 'Upload' }).click()
  await page.locator('input[type=file][multiple]').setInputFiles(upload)
  await page.getByRole('link', { name: 'stored' }).waitFor()
  await axe(page, 'upload')
  await page.getByRole('button', { name: 'Close' }).click()
  console.log('upload')

  await go(page, '/studies?PatientID=explorer-upload')
  await page.waitForFunction(() => document.querySelectorAll('table.resources tbody tr').length === 1)
  await page.getByLabel('Select all of this page').check()
  await page.getByRole('button', { name: 'Anonymize' }).click()
  await page.getByRole('dialog').getByText('What will happen').waitFor()
  await axe(page, 'anonymize')
  if (shots !== '-') await page.screenshot({ path: `${shots}/explorer-anonymize.png` })
  await page.getByRole('dialog').getByRole('button', { name: 'Anonymize' }).click()
  await page.getByText('Anonymize: done').waitFor()
  console.log('anonymize')
  if ((await rows(page).locator('input:checked').count()) === 0) await page.getByLabel('Select all of this page').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Nothing matches').waitFor()
  console.log('delete')

  for (const where of ['/studies', '/patients', '/series', '/jobs', '/activity', '/query', '/administration/status',
    '/administration/modalities', '/administration/plugins', '/administration/logs']) {
    await go(page, where)
    await page.waitForTimeout(400)
    await axe(page, where)
  }
  console.log('pages')

  await page.emulateMedia({ colorScheme: 'dark' })
  await go(page, '/studies')
  await rows(page).first().waitFor()
  await axe(page, 'dark studies')
  console.log('dark')
}

async function phone(browser) {
  const page = await open(browser, { viewport: { width: 390, height: 800 }, locale: 'fr', hasTouch: true })
  await go(page, '/studies')
  await rows(page).first().waitFor()
  assert.strictEqual(await page.locator('main h1').innerText(), 'Examens')
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  assert(overflow <= 0, `the page is ${overflow} pixels too wide`)
  if (shots !== '-') await page.screenshot({ path: `${shots}/explorer-phone.png` })
  await axe(page, 'phone')
  await page.getByRole('button', { name: 'Menu' }).tap()
  await page.getByRole('link', { name: 'Patients' }).tap()
  await page.waitForFunction(() => document.querySelector('main h1')?.textContent === 'Patients')
  console.log('phone')
}

async function main() {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  try {
    await desktop(browser)
    await phone(browser)
  } finally {
    await browser.close()
  }
  for (const complaint of complaints) console.log(`complaint ${complaint}`)
  console.log(`complaints ${complaints.length}`)
}

main().catch((error) => {
  console.log(error)
  for (const complaint of complaints) console.log(`complaint ${complaint}`)
  process.exit(1)
})
