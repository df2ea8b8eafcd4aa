import { describe, expect, it } from 'vitest'
import { changesOf, modifyBody, type ModifyWishes, type TagEdit } from './modify'

const edits: TagEdit[] = [
  { key: 'PatientName', before: 'A', after: 'B', remove: false },
  { key: 'StudyID', before: '1', after: '1', remove: false },
  { key: 'AccessionNumber', before: 'x', after: 'x', remove: true },
]
const wishes: ModifyWishes = { anonymize: false, mode: 'copy', keepSource: true, edits, keep: [], version: '2023b', resource: undefined }

describe('a modification', () => {
  it('sends what changes alone', () => {
    expect(changesOf(edits, false).map((change) => change.key)).toEqual(['PatientName', 'AccessionNumber'])
    expect(modifyBody('Study', wishes)).toMatchObject({ Replace: { PatientName: 'B' }, Remove: ['AccessionNumber'], KeepSource: true })
  })

  it('in place keeps each identifier', () => {
    expect(modifyBody('Series', { ...wishes, mode: 'keepUids' })).toMatchObject({
      Keep: expect.arrayContaining(['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']) as unknown,
      KeepSource: true,
      Force: true,
    })
    const resource = { ID: 'i', Type: 'Study' as const, MainDicomTags: {}, PatientMainDicomTags: { PatientID: 'P' } }
    expect(modifyBody('Study', { ...wishes, mode: 'keepUids', resource })).toMatchObject({ Replace: { PatientID: 'P' } })
    expect(modifyBody('Study', { ...wishes, mode: 'replace' }).KeepSource).toBe(false)
  })

  it('of a patient names its identifier', () => {
    const resource = { ID: 'i', Type: 'Patient' as const, MainDicomTags: { PatientID: 'P' } }
    expect(modifyBody('Patient', { ...wishes, resource })).toMatchObject({ Replace: { PatientName: 'B', PatientID: 'P' } })
  })

  it('that anonymizes sends the profile and what stays', () => {
    expect(modifyBody('Study', { ...wishes, anonymize: true, keep: ['StudyDate'], edits: [] })).toEqual({
      Replace: {}, Keep: ['StudyDate'], KeepSource: true, DicomVersion: '2023b', Force: true,
    })
  })
})
