// Works with the OHIF viewer as a person does: `node ohif.mjs URL DIRECTORY ARCHIVE DEPLOY`, on a server with a few of the demo studies
// and a copy of one in JPEG 2000. The program drops the archive into the directory deploy/ of the running server and takes it
// away. The browser comes through a reverse proxy with a prefix.
import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { base, ensure, find, go, openPage, picture, problems, run, step, watch } from './page.mjs'

const [archive, deploy] = process.argv.slice(4)
const SLOW = { timeout: 60_000 }
const PREFIX = '/some/prefix'

/** A reverse proxy that puts a prefix in front of the server: it passes the header Host on and tells nothing of the prefix. */
const proxy = createServer((asked, answer) => {
  if (!asked.url.startsWith(`${PREFIX}/`)) return void answer.writeHead(404).end()
  const onward = request(base + asked.url.slice(PREFIX.length), { method: asked.method, headers: asked.headers }, (got) => {
    answer.writeHead(got.statusCode, got.headers)
    got.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  asked.pipe(onward)
})
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const root = `http://127.0.0.1:${proxy.address().port}${PREFIX}`

/** Counts the shades of the page's first canvas, 1 where it is blank, and its coloured pixels. */
const look = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas.cornerstone-canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const shades = new Set()
    let colour = 0
    for (let i = 0; i < data.length; i += 4) {
      shades.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
      if (Math.abs(data[i] - data[i + 2]) > 30) colour++
    }
    return { shades: shades.size, colour }
  })

async function shown(page, what, isShown = (seen) => seen.shades >= 40) {
  await page.locator('canvas.cornerstone-canvas').first().waitFor(SLOW)
  let seen = await look(page)
  for (let waited = 0; waited < 200 && !isShown(seen); waited++) {
    await page.waitForTimeout(100)
    seen = await look(page)
  }
  ensure(isShown(seen), `${what} is not shown: ${JSON.stringify(seen)}`)
  return seen
}

async function answers(path, status) {
  for (let waited = 0; waited < 400; waited++) {
    if ((await fetch(base + path)).status === status) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${path} does not answer ${status}`)
}

/** Opens a study of the list in the basic viewer, without loading the page anew. */
async function openFromList(page, description) {
  await page.locator('[data-cy=study-list-results] tr', { hasText: description }).first().click()
  await page.locator('[data-cy^="mode-viewer-"]').first().click()
  return shown(page, description)
}

const toList = async (page) => {
  await page.locator('[data-cy=return-to-work-list]').click()
  await page.locator('[data-cy=study-list-results] tr').first().waitFor(SLOW)
}

await run('ohif', async (browser) => {
  const explorer = await openPage(browser, {}, root)
  // The page and the viewer it opens tell each answer that is an error.
  explorer.context().on('response', (answer) => answer.status() >= 400 && problems.push(`answer: ${answer.status()} ${answer.url()}`))
  const study = await find('Study', { StudyDescription: 'CT of the chest*' })
  ensure((await fetch(`${base}/ohif/`)).status === 404, 'the viewer is not there yet')
  await go(explorer, `/studies/${study}`, root)
  const button = explorer.getByRole('button', { name: 'OHIF' })
  ensure((await button.count()) === 0, 'there is no button yet')

  await step('the archive adds the viewer', async () => {
    // In one move: the server never sees half a file.
    const part = join(dirname(deploy), `${basename(archive)}.part`)
    copyFileSync(archive, part)
    renameSync(part, join(deploy, basename(archive)))
    await answers('/ohif/', 200)
  })
  const plugin = await (await fetch(`${base}/plugins/ohif`)).json()
  ensure(plugin.State === 'Active' && plugin.RootUri === '../ohif/', plugin)
  let page
  await step('a button of the explorer opens a study', async () => {
    await button.waitFor({ timeout: 40_000 })
    await picture(explorer, 'ohif-button')
    const [opened] = await Promise.all([explorer.context().waitForEvent('page'), button.click()])
    page = watch(opened, root)
    const seen = await shown(page, 'the CT')
    await page.getByRole('button', { name: 'Confirm and hide' }).click()
    return seen
  })
  await step('the wheel scrolls', async () => {
    const place = page.locator('[data-cy=viewport-overlay-bottom-right]').first()
    const before = await place.textContent()
    await page.locator('canvas.cornerstone-canvas').first().hover()
    await page.mouse.wheel(0, 200)
    await page.waitForFunction((old) => document.querySelector('[data-cy=viewport-overlay-bottom-right]').textContent !== old, before)
    return shown(page, 'the next slice')
  })
  await picture(page, 'ohif-ct')
  const open = (modality) => page.locator('[data-cy=study-browser-thumbnail-no-image]', { hasText: modality }).first().dblclick()
  await step('a segmentation opens', async () => {
    await open('SEG')
    await page.getByText('Nodule and organs').nth(1).waitFor()
    await page.getByRole('button', { name: 'Yes' }).click()
    await page.getByRole('button', { name: 'Yes' }).waitFor({ state: 'detached' })
    const seen = await shown(page, 'the segmentation', ({ colour }) => colour > 2000)
    await picture(page, 'ohif-segmentation')
    return seen
  })
  await step('a report opens', async () => {
    // OHIF shows nothing of a report without coordinates; it must not fail.
    await open('SR')
    await page.locator('canvas.cornerstone-canvas').first().waitFor({ state: 'detached' })
    await page.waitForTimeout(1000)
    ensure((await page.getByText('Something went wrong').count()) === 0, 'the report does not open')
  })
  await step('the list shows all studies', async () => {
    await toList(page)
    const count = (await (await fetch(`${base}/studies`)).json()).length
    await page.waitForFunction((all) => document.querySelector('[data-cy=num-studies]').textContent === String(all), count)
    await picture(page, 'ohif-list')
    return { studies: count }
  })
  for (const description of ['MR of the brain', 'Echocardiography', 'JPEG 2000']) {
    await step(description, () => openFromList(page, description))
    await toList(page)
  }
  await step('a search in the list', async () => {
    await page.locator('#input-patientName, [data-cy=input-patientName]').first().fill('quality')
    await page.waitForFunction(() => document.querySelector('[data-cy=num-studies]').textContent === '2')
  })
  await page.close()

  await step('the viewer goes with its archive', async () => {
    rmSync(join(deploy, basename(archive)))
    await answers('/ohif/', 404)
    await button.waitFor({ state: 'detached', timeout: 40_000 })
  })
})
proxy.close()
proxy.closeAllConnections()
