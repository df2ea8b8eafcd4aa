// Works with studies, the network and the administration as a person does: `node actions.mjs URL PICTURES PLUGIN DEPLOY SIGNAL`. The server has
// the users alice, who may do everything, and bob, who may look, an audit, a worklist, and a modality, a peer and a DICOMweb server
// "self", which are itself. PLUGIN is the jar of the sample 05-page, DEPLOY the directory from which the server takes plugins. The variable
// ORTHANC__NAME gives the server its name, DicomModalities come from the file, and an association from WATCHED is open. When the
// program makes the file SIGNAL, the test upgrades the features rest and jobs.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { axe, base, ensure, go, message, openPage, picture, problems, run, step } from './page.mjs'

const [plugin, deploy, signal] = process.argv.slice(4)
const ALICE = { username: 'alice', password: 'secret' }
const BOB = { username: 'bob', password: 'secret' }
const AS_ALICE = { Authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` }
const rows = (page) => page.locator('table.resources tbody tr')
const dialog = (page) => page.getByRole('dialog')

async function api(path, options = {}) {
  const headers = { ...AS_ALICE, ...options.headers }
  const answer = await fetch(`${base}${path}`, { ...options, headers })
  ensure(answer.ok, `${options.method ?? 'GET'} ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`)
  return answer.headers.get('Content-Type')?.startsWith('application/json') ? answer.json() : answer.text()
}

/** A square of 16 x 16 pixels, from black to white. */
const SQUARE = 'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAAAAAA6mKC9AAAAHUlEQVR42mNgEFAwcAhIKGiYsGDDgQsPPjCMbAEAcLJ4AXkQ53sAAAAASUVORK5CYII='

/** Makes an image with a series and study of its own. */
function create(PatientID, PatientName) {
  const Tags = { PatientID, PatientName, StudyDescription: `Study of ${PatientID}`, Modality: 'OT', SOPClassUID: '1.2.840.10008.5.1.4.1.1.7' }
  return api('/tools/create-dicom', { method: 'POST', body: JSON.stringify({ Tags, Content: `data:image/png;base64,${SQUARE}` }) })
}

const find = async (Level, Query) => api('/tools/find', { method: 'POST', body: JSON.stringify({ Level, Query }) })

async function choose(page, label, option) {
  await dialog(page).locator('.v-select', { hasText: label }).locator('.v-field').click()
  await page.locator('.v-overlay--active .v-list-item', { hasText: option }).click()
}

async function logIn(browser) {
  const stranger = await openPage(browser)
  const answer = await stranger.request.get(`${base}/system`)
  ensure(answer.status() === 401 && answer.headers()['www-authenticate']?.startsWith('Basic'), 'a browser is asked for a password')
  await stranger.context().close()
  await create('actions-1', 'First^Person')
  await create('actions-2', 'Second^Person')
  await create('actions-3', 'Third^Person')
  const page = await openPage(browser, { httpCredentials: ALICE, permissions: ['clipboard-read', 'clipboard-write'] })
  await go(page, '/studies')
  await rows(page).first().waitFor()
  await page.locator('.user', { hasText: 'alice' }).waitFor()
  return page
}

async function send(page) {
  const [study] = await find('Study', { PatientID: 'actions-1' })
  await go(page, `/studies/${study}`)
  const colour = (style) => page.getByRole('link', { name: 'View', exact: true }).evaluate((link, name) => getComputedStyle(link)[name], style)
  ensure((await colour('color')) !== (await colour('backgroundColor')), 'the button is readable')
  for (const kind of ['DICOM modality', 'Peer', 'DICOMweb server']) {
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await choose(page, 'Target', kind)
    await dialog(page).getByRole('button', { name: 'Send', exact: true }).click()
    await message(page, 'Sending to self: done')
  }
  await go(page, `/studies/${study}?tab=history`)
  await page.locator('table.exports td', { hasText: 'self' }).first().waitFor()
}

async function mergeAndSplit(page) {
  const [source] = await find('Study', { PatientID: 'actions-1' })
  const [target] = await find('Study', { PatientID: 'actions-2' })
  await go(page, `/studies/${source}`)
  await page.getByRole('button', { name: 'Merge or move' }).click()
  await dialog(page).getByLabel('Patient name').fill('Second')
  await dialog(page).locator('.choice', { hasText: 'Second' }).locator('input').check()
  await axe(page, 'merge')
  await dialog(page).getByRole('button', { name: 'Do it' }).click()
  // The study and its patient go away: the page shows the target.
  await page.waitForURL((url) => url.hash.startsWith(`#/studies/${target}`))
  await message(page, 'Moving series: done')
  ensure((await find('Study', { PatientID: 'actions-1' })).length === 0, 'the source is gone')
  const { Series } = await api(`/studies/${target}`)
  ensure(Series.length === 2, 'the target has both series')
  await go(page, `/series/${Series[0]}`)
  await page.getByRole('button', { name: 'Merge or move' }).click()
  await dialog(page).getByText('Into a new study of their own').click()
  await dialog(page).getByRole('button', { name: 'Do it' }).click()
  await page.waitForURL((url) => /^#\/studies(\?|$)/.test(url.hash))
  await message(page, 'Moving series: done')
  ensure((await find('Study', { PatientID: 'actions-2' })).length === 2, 'the series has a study of its own')
}

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

async function attach(page) {
  const [study] = await find('Study', { PatientID: 'actions-3' })
  await go(page, `/studies/${study}`)
  await page.getByRole('button', { name: 'Add a document' }).click()
  await dialog(page).locator('input[type=file]').setInputFiles({ name: 'letter.pdf', mimeType: 'application/pdf', buffer: PDF })
  await dialog(page).getByLabel('Series description').fill('Letter')
  await dialog(page).getByRole('button', { name: 'Add', exact: true }).click()
  // The new series appears on the page without a reload.
  await page.locator('.lines a', { hasText: 'Letter' }).waitFor()
}

async function worklist(page) {
  await go(page, '/worklist')
  await page.getByRole('button', { name: 'New entry' }).click()
  await dialog(page).getByLabel('Patient name').fill('Planned^Person')
  await dialog(page).getByLabel('Patient ID').fill('planned')
  await dialog(page).getByLabel('Modality').fill('CT')
  await dialog(page).getByLabel('Scheduled date').fill('2030-01-31')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: 'Planned, Person' }).waitFor()
  await axe(page, 'worklist')
  await picture(page, 'explorer-worklist')
  await page.getByRole('button', { name: /Delete the entry of/ }).click()
  await page.getByText('Nothing is scheduled').waitFor()
}

/** Drops files onto the page, as the browser does with files of a person. */
async function drop(page, files) {
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer()
    for (const { name, text } of all) data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name))
    return data
  }, files)
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer })
}

async function dropAndPause(page) {
  const { ID } = await create('actions-dropped', 'Dropped^Person')
  const file = Buffer.from(await (await fetch(`${base}/instances/${ID}/file`, { headers: AS_ALICE })).arrayBuffer())
  await api(`/instances/${ID}`, { method: 'DELETE' })
  await go(page, '/studies')
  // The server is slow: the first requests wait until they are let through.
  let letThrough
  const waiting = new Promise((resolve) => (letThrough = resolve))
  await page.route('**/instances', async (route) => {
    await waiting
    await route.continue().catch(() => {})
  })
  await drop(page, [
    { name: 'image.dcm', text: file.toString('base64') },
    { name: 'text.txt', text: Buffer.from('no DICOM file').toString('base64') },
  ])
  await dialog(page).getByText('image.dcm').waitFor()
  // Chromium gives a request up some time after the page does; a request that is let through before that goes out.
  const givenUp = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/instances'))
  await dialog(page).getByRole('button', { name: 'Pause' }).click()
  await givenUp
  await dialog(page).getByText('waiting').first().waitFor()
  letThrough()
  await page.unroute('**/instances')
  await page.waitForTimeout(300)
  ensure((await find('Study', { PatientID: 'actions-dropped' })).length === 0, 'nothing goes while the upload pauses')
  await dialog(page).getByRole('button', { name: 'Resume' }).click()
  await dialog(page).getByRole('link', { name: 'stored' }).waitFor()
  await dialog(page).getByText('1 failed').waitFor()
  await dialog(page).getByRole('button', { name: 'Close' }).click()
  // The console of the browser tells each answer that is no success.
  const refused = problems.findIndex((one) => one.includes('400'))
  ensure(refused >= 0, 'the browser tells about the file that is refused')
  problems.splice(refused, 1)
}

async function extensions(page) {
  await go(page, '/studies')
  const place = join(deploy, '05-page.jar')
  copyFileSync(plugin, place)
  try {
    await page.getByRole('link', { name: 'How full is the server?' }).waitFor({ timeout: 40_000 })
    await page.getByRole('link', { name: 'How full is the server?' }).click()
    await page.locator('main iframe').waitFor()
    await go(page, '/administration/plugins')
    await page.getByText('disk-page').first().waitFor()
    await picture(page, 'explorer-plugins')
  } finally {
    rmSync(place)
  }
  await page.getByRole('link', { name: 'How full is the server?' }).waitFor({ state: 'detached', timeout: 40_000 })
}

async function access(page) {
  await go(page, '/administration/access')
  await page.getByRole('button', { name: 'New role' }).click()
  const role = page.locator('fieldset.role').last()
  await role.getByLabel('Role', { exact: true }).fill('teachers')
  await role.getByLabel('Labels of the studies').fill('teaching')
  await role.getByLabel('download').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The roles are in force').waitFor()
  const { roles } = await api('/auth/settings/roles')
  ensure(JSON.stringify(roles.teachers) === '{"authorized-labels":["teaching"],"permissions":["download","view"]}', roles.teachers)
  await page.getByRole('textbox', { name: 'Program' }).fill('robot')
  await page.locator('select[aria-label=Role]').selectOption('teachers')
  await page.getByRole('button', { name: 'New key' }).click()
  const key = await page.locator('code.key').innerText()
  const answer = await fetch(`${base}/auth/user/profile`, { headers: { 'api-key': key } })
  ensure((await answer.json()).name === 'robot', 'the key opens the server')
  await axe(page, 'access')
  await picture(page, 'explorer-access')
  await page.getByRole('button', { name: 'Delete the key of robot' }).click()
  await page.getByRole('cell', { name: 'robot', exact: true }).waitFor({ state: 'detached' })
}

async function share(browser, page) {
  const [study] = await find('Study', { PatientID: 'actions-3' })
  await go(page, `/studies/${study}`)
  await page.getByRole('button', { name: 'Share' }).click()
  await dialog(page).getByLabel('Name of the link').fill('For a colleague')
  await axe(page, 'share')
  await dialog(page).getByRole('button', { name: 'Make the link' }).click()
  const link = await dialog(page).getByLabel('Link', { exact: true }).inputValue()
  await dialog(page).getByRole('button', { name: 'Copy Link' }).click()
  ensure((await page.evaluate(() => navigator.clipboard.readText())) === link, 'the link is copied')
  // A browser without a user opens the study, and nothing else.
  const guest = await openPage(browser)
  await guest.goto(link)
  await guest.waitForSelector('.pane[data-state=shown]')
  await guest.evaluate(() => (window.location.hash = '#/studies'))
  await rows(guest).first().waitFor()
  ensure((await rows(guest).count()) === 1, 'the guest sees one study')
  ensure((await guest.getByRole('button', { name: 'Upload' }).count()) === 0, 'the guest is offered no upload')
  await guest.context().close()
  await dialog(page).locator('.foot').getByRole('button', { name: 'Close' }).click()
  await go(page, '/administration/access')
  await page.getByRole('button', { name: 'Revoke the link For a colleague' }).click()
  await page.getByText('No link is valid').waitFor()
  ensure((await fetch(`${base}/studies?token=${new URL(link).searchParams.get('token')}`)).status === 401, 'the link holds no more')
}

async function audit(page) {
  await go(page, '/administration/audit')
  await page.getByRole('cell', { name: 'alice' }).first().waitFor()
  await page.getByLabel('User').fill('nobody')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.locator('.empty').waitFor()
  await page.getByLabel('User').fill('alice')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('cell', { name: 'alice' }).first().waitFor()
  ensure((await page.getByRole('cell').getByRole('link', { name: 'Study' }).count()) > 0, 'an event leads to its study')
  await axe(page, 'audit')
  await picture(page, 'explorer-audit')
}

/** By the keyboard alone: the words, the filter of changes, and the page as its address. */
async function options(page) {
  await go(page, '/administration/options')
  const names = page.locator('table.options tbody th > bdi')
  await names.first().waitFor()
  const all = await names.count()
  const raw = JSON.stringify((await api('/administration/options')).Options.map((option) => [option.Value, option.Default]))
  ensure(!raw.includes('secret'), 'the server hides passwords')
  ensure(raw.includes('"alice":"***"'), 'the names of users are shown')
  await page.getByLabel('Search names, values and meanings').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.waitForFunction((count) => document.querySelectorAll('table.options tbody tr').length < count, all)
  ensure((await page.locator('table.options tr[data-changed=false]').count()) === 0, 'what is changed is shown alone')
  const own = page.locator('table.options tbody tr', { has: page.getByText('Name', { exact: true }) })
  ensure((await own.innerText()).includes('ORTHANC__NAME'), 'the variable is named')
  await picture(page, 'explorer-options')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.type('dicommodalities')
  await page.waitForFunction(() => document.querySelectorAll('table.options tbody tr').length === 1)
  ensure((await page.locator('table.options tbody tr').innerText()).includes('Configuration file'), 'the origin is shown')
  ensure(page.url().includes('q=dicommodalities') && page.url().includes('changed=1'), page.url())
  await axe(page, 'options')
}

async function log(page) {
  await go(page, '/administration/logs')
  const lines = page.locator('table.log tbody tr')
  await lines.first().waitFor()
  await page.getByLabel('From level').selectOption('WARN')
  // The page follows the log: a new warning appears by itself.
  const stranger = await fetch(`${base}/studies`, { headers: { 'api-key': 'isk_wrong' } })
  ensure(stranger.status === 401, 'a key that does not hold is refused')
  await lines.filter({ hasText: 'API key' }).first().waitFor()
  ensure(!(await page.locator('table.log').innerText()).includes('INFO'), 'lower levels are left out')
  await page.getByLabel('From level').selectOption('ERROR')
  await lines.filter({ hasText: 'API key' }).first().waitFor({ state: 'detached' })
  await page.getByLabel('From level').selectOption('INFO')
  await lines.filter({ hasText: 'INFO' }).first().waitFor()
  await axe(page, 'log')
  await picture(page, 'explorer-log')
}

async function associations(page) {
  await go(page, '/administration/associations')
  const row = page.locator('main tbody tr', { hasText: 'WATCHED' })
  await row.waitFor()
  ensure((await row.innerText()).includes('127.0.0.1:'), 'the address is shown')
  await axe(page, 'associations')
  await picture(page, 'explorer-associations')
}

/** Two features are replaced while the page looks on; no request of the page fails. */
async function swap(page) {
  const bad = []
  const note = (response) => response.status() >= 400 && bad.push(`${response.status()} ${response.url()}`)
  const fail = (request) => request.failure()?.errorText !== 'net::ERR_ABORTED' && bad.push(request.url())
  await go(page, '/administration/features')
  page.on('response', note)
  page.on('requestfailed', fail)
  const version = (name) => page.locator(`tr[data-feature=${name}] .version`)
  await version('jobs').waitFor()
  writeFileSync(signal, '')
  for (const name of ['rest', 'jobs']) await version(name).filter({ hasText: '0.1.0.z' }).waitFor({ timeout: 60_000 })
  const events = page.locator('table.events tbody tr', { hasText: 'jobs' })
  await events.filter({ hasText: 'updated' }).first().waitFor()
  await events.filter({ hasText: 'started' }).first().waitFor()
  await page.locator('tr[data-feature=jobs]', { hasText: 'at work' }).waitFor()
  await axe(page, 'features')
  await picture(page, 'explorer-features')
  page.off('response', note)
  page.off('requestfailed', fail)
  ensure(bad.length === 0, bad)
}

/** A user is offered nothing that the server would refuse. */
async function reader(browser) {
  const page = await openPage(browser, { httpCredentials: BOB })
  await go(page, '/studies')
  await rows(page).first().waitFor()
  await page.locator('.user', { hasText: 'bob' }).waitFor()
  const [study] = await find('Study', { PatientID: 'actions-3' })
  await go(page, `/studies/${study}`)
  await page.getByRole('tab', { name: 'Series' }).waitFor()
  for (const name of ['Delete', 'Modify', 'Send', 'Share', 'Upload']) {
    ensure((await page.getByRole('button', { name, exact: true }).count()) === 0, `bob is offered ${name}`)
  }
  ensure((await page.getByRole('link', { name: 'Administration' }).count()) === 0, 'bob is offered the administration')
  for (const name of ['options', 'log', 'features', 'associations']) {
    const headers = { Authorization: `Basic ${Buffer.from('bob:secret').toString('base64')}` }
    const answer = await fetch(`${base}/administration/${name}`, { headers })
    ensure(answer.status === 403, `bob reads ${name}: ${answer.status}`)
  }
  await page.context().close()
}

await run('actions', async (browser) => {
  const page = await logIn(browser)
  await step('send', () => send(page))
  await step('merge and split', () => mergeAndSplit(page))
  await step('attach', () => attach(page))
  await step('worklist', () => worklist(page))
  await step('drop and pause', () => dropAndPause(page))
  await step('access', () => access(page))
  await step('share', () => share(browser, page))
  await step('audit', () => audit(page))
  await step('options', () => options(page))
  await step('log', () => log(page))
  await step('associations', () => associations(page))
  await step('swap', () => swap(page))
  await step('reader', () => reader(browser))
  await step('extensions', () => extensions(page))
})
