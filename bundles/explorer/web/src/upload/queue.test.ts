import { describe, expect, it } from 'vitest'
import { outcome } from './queue'

describe('the outcome of an upload', () => {
  it('tells what is new from what the server had', () => {
    expect(outcome(200, '{"ID":"a","Status":"Success","ParentStudy":"s"}')).toEqual({ state: 'stored', reason: '', study: 's' })
    expect(outcome(200, '{"ID":"a","Status":"AlreadyStored","ParentStudy":"s"}').state).toBe('known')
  })

  it('counts the files of an archive', () => {
    expect(outcome(200, '[{"Status":"Success"},{"Status":"AlreadyStored"}]')).toMatchObject({ state: 'stored', reason: '2' })
    expect(outcome(200, '[]').state).toBe('failed')
  })

  it('gives the reason of the server, and survives an answer that is none', () => {
    expect(outcome(400, '{"Message":"Bad file format","Details":"no DICOM"}')).toMatchObject({ state: 'failed', reason: 'no DICOM' })
    expect(outcome(502, '<html>')).toMatchObject({ state: 'failed', reason: '502' })
    expect(outcome(0, '')).toMatchObject({ reason: 'network' })
  })
})
