// Called by the Maven build: `viewer.mjs TARGET OUTPUT` makes the files of the bundle out of the npm package that viewer.json names:
// fetches it, leaves out what the server has no use for, makes its addresses relative, compresses, and lists the files for PageFiles.
// It does nothing when the output is there for the same package and the same script. Without network a package that npm has in its
// cache is used; where npm has none, a bundle without the viewer is built, and the build says so.
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const [, , targetArgument, outputArgument] = process.argv
const target = resolve(targetArgument)
const output = resolve(outputArgument)
const wanted = JSON.parse(readFileSync(join(here, 'viewer.json'), 'utf8'))
const name = `${wanted.package} ${wanted.version}`

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}
const STORED = new Set(['.ico', '.png', '.woff2'])

// Not part of the bundle: source maps; the page and its settings, which are ours; the service worker, which would outlive the bundle;
// sign-in at other hosts; icons of home screens; and the run time of neural networks (113 MB), whose models are at another host.
const LEFT_OUT = [
  /\.map$/, /^ort\//, /^index\.html$/, /^app-config\.js$/, /^google\.js$/, /^_/, /^serve\.json$/, /^manifest\.json$/,
  /^(init-service-worker|sw|es6-shim\.min|oidc-client\.min|polyfill\.min)\.js$/, /^silent-refresh\.html$/,
  /^assets\/(android|apple|coast|firefox|mstile|yandex|browserconfig|manifest)/,
]
const HASHED = /(?:^|[./])([0-9a-f]{20})\.\w+$/

function sha256(content) {
  return createHash('sha256').update(content).digest('hex')
}

/** Gives the package as npm delivers it, checked against the integrity in viewer.json; undefined when npm cannot get it. */
function fetchPackage() {
  const directory = join(target, 'npm')
  const file = join(directory, `${wanted.package.replace('@', '').replace('/', '-')}-${wanted.version}.tgz`)
  mkdirSync(directory, { recursive: true })
  const integrity = () => `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (!existsSync(file) || integrity() !== wanted.integrity) {
    const words = ['pack', `${wanted.package}@${wanted.version}`, '--prefer-offline', '--ignore-scripts', '--silent', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']
    try {
      execFileSync('npm', [...words, '--pack-destination', directory], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] })
    } catch {
      return undefined
    }
    if (integrity() !== wanted.integrity) throw new Error(`${name} is not the package that viewer.json names: ${integrity()}`)
  }
  const unpacked = join(target, 'npm', 'unpacked')
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(unpacked)
  execFileSync('tar', ['-xzf', file, '-C', unpacked])
  return join(unpacked, 'package')
}

function list(directory, prefix = '') {
  return readdirSync(directory).sort().flatMap((entry) => {
    const path = join(directory, entry)
    return statSync(path).isDirectory() ? list(path, `${prefix}${entry}/`) : [`${prefix}${entry}`]
  })
}

/**
 * The package expects to be at the root of a host. Scripts of the page take their folder from `PUBLIC_URL`, which the page's settings
 * set; workers take theirs from their own address; style sheets have relative addresses. Each script that is changed gets another hash
 * in its name, made of the old one and of this program, so that no cache mixes two builds.
 */
function relocate(files) {
  const publicPath = '__webpack_require__.p = "/";'
  const own = readFileSync(fileURLToPath(import.meta.url))
  const scripts = [...files.keys()].filter((path) => extname(path) === '.js' && HASHED.test(path) && files.get(path).includes(publicPath))
  if (!scripts.some((path) => path.startsWith('app.bundle.'))) throw new Error(`${name} has no app.bundle that this program can change`)
  const hashes = scripts.map((path) => HASHED.exec(path)[1])
  const renamed = (text) => hashes.reduce((all, old) => all.replaceAll(old, sha256(old + own).slice(0, 20)), text)
  for (const path of [...files.keys()]) {
    const content = files.get(path)
    if (scripts.includes(path)) {
      const folder = path.startsWith('app.bundle.') ? 'window.PUBLIC_URL' : 'self.location.href.replace(/[^/]*$/, "")'
      const text = content.toString('utf8').replaceAll(publicPath, `__webpack_require__.p = ${folder};`)
      files.delete(path)
      files.set(renamed(path), Buffer.from(renamed(text)))
    } else if (extname(path) === '.css') {
      files.set(path, Buffer.from(content.toString('utf8').replaceAll('url(/', 'url(')))
    } else if (extname(path) === '.js' && hashes.some((old) => content.includes(old))) {
      throw new Error(`${path} of ${name} names a script that this program renames`)
    }
  }
}

async function write(files) {
  const lines = await Promise.all(
    [...files].map(async ([path, content]) => {
      const type = TYPES[extname(path)]
      if (!type) throw new Error(`viewer.mjs knows no content type for ${path}`)
      const compressed = !STORED.has(extname(path))
      const file = join(output, 'web', path)
      mkdirSync(dirname(file), { recursive: true })
      // Only gzip: browsers take Brotli over TLS alone, and it would save a sixth.
      writeFileSync(compressed ? `${file}.gz` : file, compressed ? await promisify(gzip)(content, { level: 9 }) : content)
      return [path, type, sha256(content).slice(0, 20), HASHED.test(path), compressed ? 'gz' : '', content.length].join('\t')
    }),
  )
  writeFileSync(join(output, 'web', 'files.tsv'), lines.sort().map((line) => `${line}\n`).join(''))
}

const stamp = join(target, 'viewer.stamp')
const state = sha256(readFileSync(join(here, 'viewer.json')) + readFileSync(fileURLToPath(import.meta.url)))
const isDone = existsSync(stamp) && readFileSync(stamp, 'utf8') === state && existsSync(join(output, 'web', 'files.tsv'))
if (!isDone) {
  rmSync(stamp, { force: true })
  rmSync(output, { recursive: true, force: true })
  // Names change with the content: without this the bundle would keep the files of former builds.
  rmSync(join(target, 'classes', 'web'), { recursive: true, force: true })
  const directory = fetchPackage()
  if (directory) {
    const dist = join(directory, 'dist')
    const files = new Map(
      list(dist).filter((path) => !LEFT_OUT.some((pattern) => pattern.test(path))).map((path) => [path, readFileSync(join(dist, path))]),
    )
    relocate(files)
    await write(files)
    mkdirSync(join(output, 'META-INF'), { recursive: true })
    copyFileSync(join(directory, 'LICENSE'), join(output, 'META-INF', 'OHIF-LICENSE'))
    rmSync(dirname(directory), { recursive: true })
    writeFileSync(stamp, state)
    console.log(`ohif: ${name}, ${files.size} files`)
  } else {
    mkdirSync(join(output, 'web'), { recursive: true })
    writeFileSync(join(output, 'web', 'files.tsv'), '')
    console.warn(`[WARNING] ohif: npm cannot fetch ${name}. The bundle and its archive are built WITHOUT the viewer; build again with network.`)
  }
}
