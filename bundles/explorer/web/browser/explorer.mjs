// Uses the lists and pages as a person does: `node explorer.mjs URL PICTURES FILE`, where FILE is a DICOM file to upload.
import { createServer, request as httpRequest } from 'node:http'
import { axe, base, ensure, go, message, openPage, picture, run } from './page.mjs'

const upload = process.argv[4]

const rows = (page) => page.locator('table.resources tbody tr')

async function desktop(browser) {
  const page = await openPage(browser)
  await page.goto(`${base}/`)
  await rows(page).first().waitFor()
  ensure(page.url().includes('/app/explorer.html#/studies'), page.url())
  console.log('root')

  ensure((await rows(page).count()) === 3, 'three studies')
  // A person name ends its first group at "=" (PS3.5 section 6.2.1).
  ensure((await page.getByText('<img src').count() > 0), 'the value is shown as text')
  ensure((await page.getByText('<script>window.hacked=1</script>').count() > 0), 'the value is shown as text')
  ensure((await page.evaluate(() => window.hacked)) === undefined, 'a script of a file has run')
  ensure((await page.getByText('⟨U+202E⟩').count() > 0), 'the value is shown as text')
  console.log('hostile')
  await picture(page, 'explorer-studies')

  await page.getByLabel('Filter by Patient ID').fill('explorer-1')
  await page.waitForFunction(() => document.querySelectorAll('table.resources tbody tr').length === 1)
  ensure(page.url().includes('PatientID=explorer-1'), page.url())
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
  await picture(page, 'explorer-study')

  await page.getByRole('button', { name: 'Labels' }).click()
  await page.getByRole('dialog').locator('input').fill('reviewed')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('header .v-chip', { hasText: 'reviewed' }).waitFor()
  console.log('label')

  await page.getByRole('tab', { name: 'History' }).click()
  await page.locator('table.changes td', { hasText: 'New Study' }).waitFor()
  ensure((await page.locator('table.changes td', { hasText: 'New Series' }).count()) === 0, 'the history is that of the study alone')
  await axe(page, 'history')
  await picture(page, 'explorer-history')
  await page.getByRole('tab', { name: 'Series' }).click()
  console.log('history')

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
  await picture(page, 'explorer-anonymize')
  await page.getByRole('dialog').getByRole('button', { name: 'Anonymize' }).click()
  await message(page, 'Anonymize: done')
  console.log('anonymize')
  if ((await rows(page).locator('input:checked').count()) === 0) await page.getByLabel('Select all of this page').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Nothing matches').waitFor()
  console.log('delete')

  for (const where of ['/studies', '/patients', '/series', '/jobs', '/activity', '/query', '/administration/status',
    '/administration/modalities', '/administration/plugins', '/administration/logs', '/administration/options', '/administration/features',
    '/administration/associations', '/reference']) {
    await go(page, where)
    await page.waitForTimeout(400)
    await axe(page, where)
  }
  console.log('pages')

  const operations = page.locator('table.reference tbody tr')
  await operations.first().waitFor()
  const all = await operations.count()
  ensure(all > 200, `${all} operations are shown`)
  await page.getByLabel('Search methods').fill('delete /studies/{id}/labels')
  await page.waitForFunction(() => document.querySelectorAll('table.reference tbody tr').length === 1)
  ensure((await operations.innerText()).includes('/studies/{id}/labels/{label}'), await operations.innerText())
  ensure(page.url().includes('q=delete'), page.url())
  await page.getByLabel('Search methods').fill('archive')
  await page.waitForFunction((count) => document.querySelectorAll('table.reference tbody tr').length < count, all)
  await picture(page, 'explorer-reference')
  console.log('reference')

  await page.emulateMedia({ colorScheme: 'dark' })
  await go(page, '/studies')
  await rows(page).first().waitFor()
  await axe(page, 'dark studies')
  await go(page, '/administration/logs')
  await page.locator('table.log tbody tr').first().waitFor()
  await axe(page, 'dark log')
  console.log('dark')
}

async function phone(browser) {
  const page = await openPage(browser, { viewport: { width: 390, height: 800 }, locale: 'fr', hasTouch: true })
  await go(page, '/studies')
  await rows(page).first().waitFor()
  ensure((await page.locator('main h1').innerText()) === 'Examens', 'the page is in French')
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  ensure(overflow <= 0, `the page is ${overflow} pixels too wide`)
  await picture(page, 'explorer-phone')
  await axe(page, 'phone')
  for (const [where, table] of [['options', 'table.options'], ['features', 'table.features'], ['logs', 'table.log'], ['associations', '.empty']]) {
    await go(page, `/administration/${where}`)
    await page.locator(table).waitFor()
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    ensure(wide <= 0, `${where} is ${wide} pixels too wide`)
    await axe(page, `phone ${where}`)
  }
  await go(page, '/studies')
  await page.getByRole('button', { name: 'Menu' }).tap()
  await page.getByRole('link', { name: 'Patients' }).tap()
  await page.waitForFunction(() => document.querySelector('main h1')?.textContent === 'Patients')
  console.log('phone')
}

/** A reverse proxy serves the server below a prefix; nothing of the page leaves it. */
async function behindProxy(browser) {
  const proxy = createServer((request, response) => {
    if (!request.url.startsWith('/imaging/')) return response.writeHead(404).end()
    const { method, headers } = request
    const onward = httpRequest(`${base}${request.url.slice('/imaging'.length)}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  try {
    const root = `http://127.0.0.1:${proxy.address().port}/imaging`
    const page = await openPage(browser, {}, root)
    await page.goto(`${root}/`)
    await rows(page).first().waitFor()
    ensure(page.url().startsWith(`${root}/app/explorer.html#/studies`), page.url())
    await rows(page).first().locator('a.open').first().click()
    await page.getByRole('tab', { name: 'Series' }).waitFor()
    await page.getByRole('button', { name: 'Labels' }).click()
    await page.getByRole('dialog').locator('input[role=combobox]').fill('proxied')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('header .v-chip', { hasText: 'proxied' }).waitFor()
    await page.context().close()
    console.log('proxy')
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
}

await run('explorer', async (browser) => {
  await desktop(browser)
  await behindProxy(browser)
  await phone(browser)
})
