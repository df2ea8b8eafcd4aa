// Works with the viewer as a person does: `node viewer.mjs URL [DIRECTORY FOR PICTURES]`, on a server with the demo studies.
import { axe, base, ensure, find, go, openPage, picture, run, step } from './page.mjs'

let page
const PANE = '.pane >> nth=0'

/** Opens a study in a new page, or from the page that is open. */
async function open(description, { anew = true } = {}) {
  const study = await find('Study', { StudyDescription: description })
  ensure(study, `no study ${description}`)
  if (anew) {
    await page.goto('about:blank')
    await page.goto(`${base}/app/explorer.html#/viewer/studies/${study}`)
  } else {
    await page.evaluate((hash) => (window.location.hash = hash), `#/viewer/studies/${study}`)
  }
  await page.waitForSelector('.pane[data-state=shown]')
  if ((await page.locator(PANE).getAttribute('data-kind')) !== 'images') return
  for (let waited = 0; waited < 200 && (await look()).shades < 4; waited++) await page.waitForTimeout(20)
}

/** Measures the canvas of a pane or plane: the number of shades, the mean, the number of coloured pixels, and a hash of all. */
const look = (selector = '.pane .picture canvas') =>
  page.locator(selector).first().evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const shades = new Set()
    let sum = 0
    let colour = 0
    let hash = 0
    for (let i = 0; i < data.length; i += 4) {
      shades.add(data[i])
      sum += data[i]
      if (Math.abs(data[i] - data[i + 2]) > 30) colour++
      hash = (hash * 31 + data[i] + data[i + 1] * 7) | 0
    }
    return { shades: shades.size, mean: sum / (data.length / 4), colour, hash }
  })

async function changes(what, action, selector) {
  const before = await look(selector)
  await action()
  for (let waited = 0; waited < 100; waited++) {
    if ((await look(selector)).hash !== before.hash) return
    await page.waitForTimeout(50)
  }
  throw new Error(`${what} changes nothing`)
}

const index = () => page.locator(PANE).getAttribute('data-index').then(Number)
const loaded = () => page.waitForFunction(() => {
  const pane = document.querySelector('.pane')
  return Number(pane.dataset.count) > 0 && pane.dataset.loaded === pane.dataset.count
})

async function drag(from, to) {
  const box = await page.locator('.pane .picture').first().boundingBox()
  const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y]
  await page.mouse.move(...at(from))
  await page.mouse.down()
  await page.mouse.move(...at(to), { steps: 6 })
  await page.mouse.up()
}

await run('viewer', async (browser) => {
  page = await openPage(browser)
  await go(page, '/studies')
  await page.locator('table.resources tbody tr').first().waitFor()
  await picture(page, 'studies')
  await step('first image of the CT', () => open('CT of the chest*', { anew: false }))
  const first = await look()
  ensure(first.shades > 60 && first.mean > 5, `the CT is blank: ${JSON.stringify(first)}`)
  await step('all images', async () => void (await loaded()))

  await step('keys and wheel scroll', async () => {
    const start = await index()
    await changes('a key', () => page.keyboard.press('ArrowDown'))
    ensure((await index()) === start + 1, 'a key goes one image on')
    await page.locator('.pane .picture').first().hover()
    await changes('the wheel', () => page.mouse.wheel(0, 120))
    await page.keyboard.press('Home')
    ensure((await index()) === 0, 'Home goes to the first image')
  })
  await step('every image is shown', () =>
    page.evaluate(async () => {
      const slider = document.querySelector('.pane input[type=range]')
      const canvas = document.querySelector('.pane .picture canvas')
      let longest = 0
      let shown = 0
      const start = performance.now()
      for (let i = 1; i <= Number(slider.max); i++) {
        const before = performance.now()
        await new Promise((resolve) => {
          const done = () => (canvas.closest('.picture').removeEventListener('CORNERSTONE_IMAGE_RENDERED', done), resolve())
          canvas.closest('.picture').addEventListener('CORNERSTONE_IMAGE_RENDERED', done)
          slider.value = String(i)
          slider.dispatchEvent(new Event('input', { bubbles: true }))
        })
        longest = Math.max(longest, performance.now() - before)
        shown++
      }
      return { images: shown, mean: Math.round((performance.now() - start) / shown), longest: Math.round(longest) }
    }),
  )
  await page.keyboard.press('Home')
  for (let i = 0; i < 7; i++) await page.keyboard.press('PageDown')

  await step('window by preset and mouse', async () => {
    await page.click('[data-test=windows]')
    await changes('a preset', () => page.locator('.v-list-item', { hasText: 'Lung' }).click())
    ensure((await page.textContent('[data-test=window]')).startsWith('W 1500'), 'the preset is shown')
    await changes('dragging', () => drag([0.4, 0.5], [0.5, 0.6]))
    await page.keyboard.press('x')
  })
  await step('axe', () => axe(page, 'viewer'))
  await step('turn, flip, invert, zoom', async () => {
    for (const key of ['r', 'h', 'v', 'i', '+']) await changes(`key ${key}`, () => page.keyboard.press(key))
    await page.keyboard.press('x')
  })
  await step('length and ellipse', async () => {
    await page.click('[data-tool=length]')
    await drag([0.35, 0.45], [0.55, 0.5])
    await page.waitForSelector('.pane svg text:has-text("mm")')
    await page.click('[data-tool=ellipse]')
    await drag([0.4, 0.5], [0.48, 0.58])
    await page.waitForSelector('.pane svg text:has-text("HU")')
    await page.keyboard.press('Delete')
  })
  await step('segmentation', async () => {
    await page.click('[data-modality=SEG]')
    await page.waitForSelector('.segments')
    await page.waitForTimeout(500)
    await page.waitForFunction(() => document.querySelectorAll('.segments input').length === 3)
    const on = await look('.pane .over')
    ensure(on.colour > 2000, `no colour on the image: ${JSON.stringify(on)}`)
    await picture(page, 'viewer')
    await changes('a segment', () => page.locator('.segments label', { hasText: 'Liver' }).locator('input').click(), '.pane .over')
    await page.click('[data-modality=SEG]')
  })
  await step('key images', async () => {
    await page.click('[data-test=next-key]')
    await page.waitForSelector('.corner .key')
  })
  await step('three planes', async () => {
    await page.click('[data-test=mpr]')
    await page.waitForSelector('.mpr[data-ready=true]')
    for (const plane of ['axial', 'sagittal', 'coronal']) {
      let seen
      for (let waited = 0; waited < 100 && !(seen?.shades > 40); waited++) {
        await page.waitForTimeout(100)
        seen = await look(`.plane.${plane} canvas`)
      }
      ensure(seen.shades > 40, `the plane ${plane} is blank`)
    }
    await picture(page, 'viewer-planes')
    await page.click('[data-test=mpr]')
  })
  await step('report', async () => {
    await page.click('[data-modality=SR]')
    await page.waitForSelector('.sheet h2:has-text("Imaging Measurement Report")')
    ensure((await page.textContent('.sheet')).includes('18.6 mm'), 'a measurement is readable')
    await page.click('.image-link >> nth=0')
    await page.waitForSelector('.pane[data-kind=images][data-state=shown]')
  })
  await step('PDF', async () => {
    await page.click('[data-modality=DOC]')
    await page.waitForSelector('iframe[src^="blob:"]')
  })
  await step('colour capture', async () => {
    await page.click('[data-modality=OT]')
    await page.waitForSelector('.pane[data-count="1"][data-state=shown]')
    await page.waitForTimeout(300)
    ensure((await look()).colour > 2000, 'the capture is in colour')
  })
  await step('ultrasound cine', async () => {
    await open('Echocardiography')
    ensure(Number(await page.locator(PANE).getAttribute('data-count')) === 30, 'thirty frames')
    await changes('playing', () => page.click('[data-test=cine]'))
    await page.click('[data-test=cine]')
  })
  await step('waveform', async () => {
    await open('Electrocardiogram')
    await page.waitForSelector('.plot svg')
    ensure((await page.locator('.plot svg g path').count()) === 13, 'twelve leads and a rhythm strip')
    await picture(page, 'viewer-ecg')
  })
  await step('linked MR series', async () => {
    await open('MR of the brain')
    await page.click('[data-test=layout]')
    await page.locator('.v-list-item', { hasText: '2 × 2' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.pane[data-kind=images][data-state=shown]').length === 3)
    await page.click('[data-test=link]')
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => {
      const all = [...document.querySelectorAll('.pane[data-kind=images]')].map((one) => one.dataset.index)
      return new Set(all).size === 1
    })
    await page.waitForTimeout(300)
    await picture(page, 'viewer-layout')
  })
})
