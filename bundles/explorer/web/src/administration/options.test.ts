import { describe, expect, it } from 'vitest'
import { matching, type OptionInForce } from './options'

const option = (Name: string, more: Partial<OptionInForce> = {}): OptionInForce => ({
  Name, Value: '', Default: '', Origin: 'default', Source: '', Changed: false, State: 'works', Live: true, Type: 'text', Meaning: '', Reason: '', ...more,
})
const all = [
  option('HttpPort', { Value: 8042, Meaning: 'Port of HTTP' }),
  option('DicomPort', { Value: 104, Changed: true, Origin: 'environment', Source: 'ORTHANC__DICOM_PORT' }),
  option('DicomModalities', { Value: { pacs: ['PACS', 'host', 104] }, Changed: true }),
]
const names = (words: string, changed = false) => matching(all, words, changed).map((o) => o.Name)

describe('matching', () => {
  it('finds each word in names, values, sources and meanings', () => {
    expect(names('')).toHaveLength(3)
    expect(names('port')).toEqual(['HttpPort', 'DicomPort'])
    expect(names(' dicom  104 ')).toEqual(['DicomPort', 'DicomModalities'])
    expect(names('orthanc__')).toEqual(['DicomPort'])
    expect(names('pacs')).toEqual(['DicomModalities'])
    expect(names('(')).toEqual([])
  })
  it('leaves defaults out where only changes are wanted', () => {
    expect(names('port', true)).toEqual(['DicomPort'])
  })
})
