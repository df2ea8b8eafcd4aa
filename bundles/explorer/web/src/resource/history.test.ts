import { describe, expect, it } from 'vitest'
import type { Change, Export, Resource } from '@/api/types'
import { PAGE, changesOf, exportsOf, isExportOf } from './history'

const change = (Seq: number): Change => ({ Seq, ChangeType: 'NewStudy', Date: '', ID: Seq % 500 === 0 ? 'mine' : 'other', Path: '', ResourceType: 'Study' })
const log = (count: number) => Array.from({ length: count }, (_, index) => change(index + 1))
const reader = (all: Change[]) => async (to: number | undefined) => all.filter((c) => c.Seq <= (to ?? Infinity)).slice(-PAGE)

describe('changesOf', () => {
  it('reads backwards, the latest first', async () => {
    const { items, complete } = await changesOf('mine', 10, reader(log(2_600)))
    expect(items.map((c) => c.Seq)).toEqual([2500, 2000, 1500, 1000, 500])
    expect(complete).toBe(true)
  })
  it('stops after so many pages and says so', async () => {
    const { items, complete } = await changesOf('mine', 2, reader(log(5_000)))
    expect(items.map((c) => c.Seq)).toEqual([5000, 4500, 4000, 3500])
    expect(complete).toBe(false)
  })
  it('ends with a log that is empty or exactly one page', async () => {
    expect(await changesOf('mine', 3, reader([]))).toEqual({ items: [], complete: true })
    expect((await changesOf('mine', 3, reader(log(PAGE)))).complete).toBe(true)
  })
})

const study: Resource = { ID: 's', Type: 'Study', MainDicomTags: { StudyInstanceUID: '1.2' } }
const sent = (Seq: number, more: Partial<Export> = {}): Export => ({ Seq, Date: '', RemoteModality: 'pacs', ResourceType: 'Instance', ID: `i${Seq}`, Path: '', ...more })

describe('exports of a resource', () => {
  it('are those of what it holds', () => {
    expect(isExportOf(study, 'Study', sent(1, { StudyInstanceUID: '1.2' }))).toBe(true)
    expect(isExportOf(study, 'Study', sent(1, { StudyInstanceUID: '1.3' }))).toBe(false)
    expect(isExportOf(study, 'Study', sent(1, { ID: 's' }))).toBe(true)
    expect(isExportOf({ ...study, MainDicomTags: {} }, 'Study', sent(1))).toBe(false)
  })
  it('come from the latest part of the log', async () => {
    const all = Array.from({ length: 3_500 }, (_, index) => sent(index + 1, { StudyInstanceUID: index % 1_000 === 0 ? '1.2' : '1.3' }))
    const read = async (since: number) => all.filter((e) => e.Seq > since).slice(0, PAGE)
    const { items, complete } = await exportsOf(study, 'Study', 2, 3_500, read)
    expect(items.map((e) => e.Seq)).toEqual([3001, 2001])
    expect(complete).toBe(false)
    expect((await exportsOf(study, 'Study', 5, 3_500, read)).items).toHaveLength(4)
  })
})
