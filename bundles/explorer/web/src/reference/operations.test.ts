import { describe, expect, it } from 'vitest'
import { matching, operations } from './operations'

const all = operations({
  paths: {
    '/studies/{id}': { options: { summary: 'The methods of the path' }, delete: { summary: 'Delete a study', tags: ['index'] }, get: { summary: 'A study', tags: ['index'] } },
    '/instances': { post: { summary: 'Store DICOM files', tags: ['ingest'] }, head: {} },
  },
})
const names = (words: string) => matching(all, words).map((o) => `${o.method} ${o.path}`)

describe('operations', () => {
  it('lists the methods of each path in one order, without OPTIONS', () => {
    expect(names('')).toEqual(['HEAD /instances', 'POST /instances', 'GET /studies/{id}', 'DELETE /studies/{id}'])
  })
  it('finds each word in methods, paths, summaries and bundles', () => {
    expect(names('delete stud')).toEqual(['DELETE /studies/{id}'])
    expect(names('ingest')).toEqual(['POST /instances'])
    expect(names('dicom FILES')).toEqual(['POST /instances'])
    expect(names('(')).toEqual([])
  })
})
