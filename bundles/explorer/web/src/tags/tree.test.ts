import { describe, expect, it } from 'vitest'
import { buildTree, flattenTree, hexLines, visibleNodes, type ApiTag } from './tree'

const tags: Record<string, ApiTag> = {
  '0010,0010': { Name: 'PatientName', Type: 'String', Value: 'Doe^John' },
  '0008,1140': {
    Name: 'ReferencedImageSequence',
    Type: 'Sequence',
    Value: [{ '0008,1155': { Name: 'ReferencedSOPInstanceUID', Type: 'String', Value: '1.2.3' } }],
  },
  '0009,1001': { Name: 'Unknown', Type: 'Binary', Value: null, PrivateCreator: 'ACME' },
}

describe('the tree of tags', () => {
  const nodes = buildTree(tags, { '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI' } }] } })

  it('is sorted, knows VRs, private creators and the addresses of nested elements', () => {
    expect(nodes.map((n) => n.tag)).toEqual(['0008,1140', '0009,1001', '0010,0010'])
    expect(nodes[1]).toMatchObject({ creator: 'ACME', kind: 'Binary' })
    expect(nodes[0]!.children[0]!.children[0]).toMatchObject({ path: '0008-1140/0/0008-1155', vr: 'UI', value: '1.2.3' })
  })

  it('shows what is open, and in a search what matches with its parents', () => {
    expect(visibleNodes(nodes, new Set(), '').length).toBe(3)
    expect(visibleNodes(nodes, new Set(['0008-1140']), '').length).toBe(4)
    expect(visibleNodes(nodes, new Set(), '1.2.3').map((n) => n.name)).toEqual(['ReferencedImageSequence', '1', 'ReferencedSOPInstanceUID'])
    expect(visibleNodes(nodes, new Set(), '00100010').map((n) => n.name)).toEqual(['PatientName'])
  })

  it('is flat for a comparison', () => {
    expect([...flattenTree(nodes).keys()]).toEqual(['0008-1140', '0008-1140/0/0008-1155', '0009-1001', '0010-0010'])
  })

  it('does not follow nesting without end', () => {
    let deep: Record<string, ApiTag> = {}
    for (let i = 0; i < 5_000; i++) deep = { '0008,1140': { Name: 'S', Type: 'Sequence', Value: [deep] } }
    expect(flattenTree(buildTree(deep)).size).toBeLessThan(100)
  })

  it('shows bytes in lines of sixteen', () => {
    expect(hexLines(new Uint8Array([0x41, 0x00, 0xff]))).toEqual([`00000000  ${'41 00 ff'.padEnd(47)}  A..`])
  })
})
