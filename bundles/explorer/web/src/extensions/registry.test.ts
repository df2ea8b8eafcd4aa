import { beforeEach, describe, expect, it } from 'vitest'
import { broken, clearExtensions, createInterface, extensions, extensionsAt, guarded, viewerFor } from './registry'

const v1 = createInterface((path) => path)

describe('extensions', () => {
  beforeEach(() => clearExtensions())

  it('stand at their level, once for each identifier', () => {
    v1.action({ id: 'a', title: 'A', level: 'Study', run: () => 1 })
    v1.action({ id: 'a', title: 'B', level: 'Study', run: () => 2 })
    expect(extensionsAt('action', 'Study').map((e) => e.title)).toEqual(['B'])
    expect(extensionsAt('action', 'Series')).toEqual([])
  })

  it('name the field that they lack', () => {
    expect(() => v1.page({ id: 'p', title: 'P' } as never)).toThrow('"mount" is missing')
  })

  it('that throw are marked, and others work on', async () => {
    v1.action({ id: 'bad', title: 'Bad', level: 'Study', run: () => { throw new Error('no') } })
    v1.action({ id: 'good', title: 'Good', level: 'Study', run: () => 7 })
    for (const each of extensions('action')) await guarded(each.id, () => each.run([]))
    expect(broken.value).toEqual({ bad: 'no' })
  })

  it('show instances of their SOP classes until they fail', async () => {
    v1.viewer({ id: 'film', title: 'Film', sopClasses: ['1.2', '1.3'], mount: () => { throw new Error('no film') } })
    expect(viewerFor('1.3')?.id).toBe('film')
    expect(viewerFor('1.4')).toBeUndefined()
    await guarded('film', () => viewerFor('1.3')!.mount(document.createElement('div'), {} as never))
    expect(viewerFor('1.3')).toBeUndefined()
  })

  it('go with their script', () => {
    v1.page({ id: 'p', title: 'P', mount: () => {} })
    clearExtensions()
    expect(extensions('page')).toEqual([])
  })
})
