import type { Change, Export, Level, Resource } from '@/api/types'

// The logs of the server have no search for a resource: the page looks through their latest parts.

export const PAGE = 1_000

/**
 * @param items those of the resource, the latest first
 * @param complete whether the log was read to its beginning
 */
export interface History<T> {
  items: T[]
  complete: boolean
}

/**
 * Looks through the log of changes, from its end backwards.
 *
 * @param read gives a page of at most {@link PAGE} changes that ends at a number, or the last page
 * @param pages most pages to read
 */
export async function changesOf(id: string, pages: number, read: (to: number | undefined) => Promise<Change[]>): Promise<History<Change>> {
  const items: Change[] = []
  let to: number | undefined
  for (let page = 0; page < pages; page++) {
    const changes = await read(to)
    items.push(...changes.filter((change) => change.ID === id))
    const first = Math.min(...changes.map((change) => change.Seq))
    if (changes.length < PAGE || first <= 1) return { items: items.sort((a, b) => b.Seq - a.Seq), complete: true }
    to = first - 1
  }
  return { items: items.sort((a, b) => b.Seq - a.Seq), complete: false }
}

const UIDS = { Patient: 'PatientID', Study: 'StudyInstanceUID', Series: 'SeriesInstanceUID', Instance: 'SOPInstanceUID' } as const

/** {@return whether a resource, or something in it, was sent} */
export function isExportOf(resource: Resource, level: Level, entry: Export): boolean {
  if (entry.ID === resource.ID) return true
  const field = UIDS[level]
  const uid = resource.MainDicomTags[field]
  return uid !== undefined && uid !== '' && entry[field] === uid
}

/**
 * Looks through the log of exports.
 *
 * @param last number of the latest export
 * @param read gives a page of at most {@link PAGE} exports after a number
 */
export async function exportsOf(resource: Resource, level: Level, pages: number, last: number, read: (since: number) => Promise<Export[]>): Promise<History<Export>> {
  const items: Export[] = []
  const start = Math.max(0, last - pages * PAGE)
  let since = start
  for (let page = 0; page < pages; page++) {
    const entries = await read(since)
    items.push(...entries.filter((entry) => isExportOf(resource, level, entry)))
    if (entries.length < PAGE) break
    since = entries.at(-1)!.Seq
  }
  return { items: items.reverse(), complete: start === 0 }
}
