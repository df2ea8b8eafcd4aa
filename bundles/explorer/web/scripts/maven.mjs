// Called by the Maven build: `maven.mjs build TARGET OUTPUT` makes the page, `maven.mjs check TARGET` runs lint, types and tests.
// Both do nothing when no source has changed since they last succeeded.
import { createHash } from 'node:crypto'
import { execSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = dirname(dirname(fileURLToPath(import.meta.url)))
const [, , task, targetArgument, outputArgument] = process.argv
const target = resolve(targetArgument)
const GENERATED = new Set(['node_modules', 'dist', '.vite'])

function files(directory) {
  return readdirSync(directory)
    .filter((name) => !GENERATED.has(name))
    .sort()
    .flatMap((name) => {
      const path = join(directory, name)
      return statSync(path).isDirectory() ? files(path) : [path]
    })
}

function digest(paths) {
  const hash = createHash('sha256').update(process.version)
  for (const path of paths) hash.update(path.slice(web.length)).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

function isDone(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value
}

function run(command, environment = {}) {
  execSync(command, { cwd: web, stdio: 'inherit', env: { ...process.env, ...environment } })
}

function install() {
  const modules = join(web, 'node_modules')
  const stamp = join(modules, '.isengard-lock')
  const value = digest([join(web, 'package-lock.json'), join(web, 'package.json')])
  if (isDone(stamp, value)) return
  run('npm ci --ignore-scripts --prefer-offline --silent')
  writeFileSync(stamp, value)
}

const sources = digest(files(web))
const stamp = join(target, `page-${task}.stamp`)
const fresh = task === 'build' ? existsSync(join(resolve(outputArgument), 'files.tsv')) : true
if (!(fresh && isDone(stamp, sources))) {
  mkdirSync(target, { recursive: true })
  install()
  if (task === 'build') {
    // Names change with the content: without this the bundle would keep the files of former builds.
    rmSync(join(target, 'classes/web'), { recursive: true, force: true })
    run('npm run --silent build', { ISENGARD_PAGE: resolve(outputArgument) })
  } else {
    run('npm run --silent check')
  }
  writeFileSync(stamp, sources)
}
