// Compresses what Vite made, lists it for the bundle (files.tsv) and checks the size of the first load.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const LIMIT = 350 * 1024
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}
const STORED = new Set(['.ico', '.png', '.woff2'])

const web = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(web, 'dist')
const output = process.env.ISENGARD_PAGE ?? join(web, 'dist-compressed')

function files(directory, prefix = '') {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    if (statSync(path).isDirectory()) return name === '.vite' ? [] : files(path, `${prefix}${name}/`)
    return [`${prefix}${name}`]
  })
}

rmSync(output, { recursive: true, force: true })
const sizes = new Map()
const lines = await Promise.all(
  files(dist)
    .sort()
    .map(async (name) => {
      const content = readFileSync(join(dist, name))
      const type = TYPES[extname(name)]
      if (!type) throw new Error(`compress.mjs knows no content type for ${name}`)
      const tag = createHash('sha256').update(content).digest('hex').slice(0, 20)
      const compressed = !STORED.has(extname(name))
      mkdirSync(dirname(join(output, name)), { recursive: true })
      if (compressed) {
        const packed = await promisify(gzip)(content, { level: 9 })
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
        // Quality 11 takes seconds for each megabyte; large codecs lose little by 9.
        const quality = { [constants.BROTLI_PARAM_QUALITY]: content.length > 500_000 ? 9 : 11 }
        writeFileSync(join(output, `${name}.gz`), packed)
        writeFileSync(
          join(output, `${name}.br`),
          await promisify(brotliCompress)(content, { params: { ...size, ...quality } }),
        )
        sizes.set(name, packed.length)
      } else {
        writeFileSync(join(output, name), content)
        sizes.set(name, content.length)
      }
      return [name, type, tag, name.startsWith('assets/'), compressed ? 'gz br' : '', content.length].join('\t')
    }),
)
writeFileSync(join(output, 'files.tsv'), lines.join('\n') + '\n')

// The first load: the page, its scripts and styles, and the chunk of the first route.
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const first = new Set(['explorer.html'])
function visit(key) {
  const chunk = manifest[key]
  if (!chunk || first.has(chunk.file)) return
  first.add(chunk.file)
  for (const style of chunk.css ?? []) first.add(style)
  for (const imported of chunk.imports ?? []) visit(imported)
}
visit('explorer.html')
visit('src/studies/ResourcesPage.vue')
const total = [...first].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)
const all = [...sizes.values()].reduce((sum, size) => sum + size, 0)
console.log(
  `explorer: first load ${(total / 1024).toFixed(0)} KiB in ${first.size} files (limit ${LIMIT / 1024}), ` +
    `all ${(all / 1024).toFixed(0)} KiB in ${sizes.size} files, compressed with gzip`,
)
if (total > LIMIT) {
  for (const name of first) console.error(`  ${sizes.get(name)} ${name}`)
  throw new Error('The first load of the explorer is larger than its limit')
}
