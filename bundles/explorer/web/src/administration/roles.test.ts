import { describe, expect, it } from 'vitest'
import { documentOf, draftsOf } from './roles'

describe('roles', () => {
  const document = {
    'available-labels': ['a'],
    roles: { readers: { permissions: ['view'], 'authorized-labels': ['a', 'b'] } },
  }

  it('stay the same when a form that nobody changed is saved', () => {
    expect(documentOf(draftsOf(document), document)).toEqual(document)
  })

  it('have names of their own', () => {
    const one = { name: 'a', permissions: [], labels: '' }
    expect(() => documentOf([one, { ...one, name: 'a ' }], undefined)).toThrow()
  })

  it('take labels between spaces and commas', () => {
    const made = documentOf([{ name: ' all ', permissions: [], labels: ' *, x  y ' }], undefined)
    expect(made.roles).toEqual({ all: { permissions: [], 'authorized-labels': ['*', 'x', 'y'] } })
  })
})
