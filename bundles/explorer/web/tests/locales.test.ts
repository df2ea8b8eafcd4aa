import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCES = join(__dirname, '../src')
const LOCALES = join(SOURCES, 'locales')

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const result = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') result.set(prefix + key, value)
    else for (const [k, v] of flatten(value, `${prefix}${key}.`)) result.set(k, v)
  }
  return result
}

function sources(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    if (statSync(path).isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : []
  })
}

const files = readdirSync(LOCALES)
const texts = new Map(files.map((name) => [name, flatten(JSON.parse(readFileSync(join(LOCALES, name), 'utf8')) as Tree)]))
const english = texts.get('en.json')!

describe('the languages', () => {
  it.each(files)('%s has each text, with the same variables, and no other', (name) => {
    const other = texts.get(name)!
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort())
    const variables = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
    for (const [key, text] of english) expect([key, variables(other.get(key)!)]).toEqual([key, variables(text)])
    for (const [key, text] of other) expect(text.trim(), key).not.toBe('')
  })

  it('has each text that the page names, and no text that the page does not name', () => {
    const all = sources(SOURCES).join('\n')
    const named = new Set([...all.matchAll(/\bt(?:ranslate)?\(\s*'([\w.]+)'/g)].map((m) => m[1]!))
    expect([...named].filter((key) => !english.has(key))).toEqual([])
    // Keys that are put together: `t(`list.dates.${key}`)` names the whole group.
    const groups = [...all.matchAll(/`([\w.]+\.)\$\{/g)].map((m) => m[1]!)
    const literal = (key: string) => all.includes(`'${key}'`)
    const unused = [...english.keys()].filter((key) => !named.has(key) && !literal(key) && !groups.some((g) => key.startsWith(g)))
    expect(unused).toEqual([])
  })
})
