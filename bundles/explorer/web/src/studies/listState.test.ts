import { describe, expect, it } from 'vitest'
import { condition, findRequest, formatState, parseState } from './listState'

describe('the state of the list', () => {
  it('is the address and comes back from it', () => {
    const query = { PatientName: 'Doe*', StudyDate: '20240101-', labels: 'a,b', labelsMode: 'Any', sort: '-PatientName', page: '3', size: '100' }
    const state = parseState('Study', query, 50)
    expect(formatState(state, 50)).toEqual(query)
  })

  it('leaves what is usual out of the address', () => {
    expect(formatState(parseState('Study', {}, 50), 50)).toEqual({})
  })

  it('ignores what it does not understand', () => {
    const state = parseState('Study', { 'x<script>': '1', page: '-2', size: '9999999', labelsMode: 'x' }, 50)
    expect(state).toMatchObject({ filters: {}, page: 1, size: 50, labelsMode: 'All' })
  })
})

describe('a condition', () => {
  it('finds a text anywhere unless a person writes wildcards or quotes', () => {
    expect(condition('text', ' doe ')).toBe('*doe*')
    expect(condition('text', 'doe^j?n')).toBe('doe^j?n')
    expect(condition('text', '"DOE^JOHN"')).toBe('DOE^JOHN')
  })

  it('takes ranges of days and lists of modalities', () => {
    expect(condition('date', '20240101-20240131')).toBe('20240101-20240131')
    expect(condition('date', '2024')).toBe('*2024*')
    expect(condition('modality', 'ct, mr')).toBe('CT\\MR')
  })
})

describe('a search', () => {
  it('asks for one page, the order and the computed columns that are shown', () => {
    const state = { ...parseState('Study', { PatientID: '12', page: '2', sort: 'PatientName' }, 25) }
    expect(findRequest(state, ['PatientName', 'ModalitiesInStudy'], [])).toMatchObject({
      Level: 'Study',
      Query: { PatientID: '*12*' },
      Since: 25,
      Limit: 25,
      OrderBy: [{ Type: 'DicomTag', Key: 'PatientName', Direction: 'ASC' }],
      RequestedTags: ['ModalitiesInStudy'],
    })
  })

  it('without labels excludes all labels of the server', () => {
    const request = findRequest(parseState('Study', { labelsMode: 'Without' }, 25), [], ['a', 'b'])
    expect(request).toMatchObject({ Labels: ['a', 'b'], LabelsConstraint: 'None' })
  })
})
