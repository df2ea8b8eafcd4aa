/** The tree of the tags of a file, from `/instances/{id}/tags` and the VRs of DICOMweb. */

export interface ApiTag {
  Name: string
  Type: 'String' | 'Sequence' | 'Null' | 'TooLong' | 'Binary'
  Value: string | Record<string, ApiTag>[] | null
  PrivateCreator?: string
}

/** PS3.18 section F.2: the DICOM JSON model. */
export interface JsonAttribute {
  vr: string
  Value?: unknown[]
}

export interface TagNode {
  /** Address of the element in the file, as `/content` wants it: `gggg-eeee/0/gggg-eeee`. */
  path: string
  tag: string
  name: string
  vr: string
  creator: string
  value: string
  kind: ApiTag['Type'] | 'Item'
  depth: number
  children: TagNode[]
}

const MAXIMUM_DEPTH = 64

export function buildTree(tags: Record<string, ApiTag>, model: Record<string, JsonAttribute> = {}, prefix = '', depth = 0): TagNode[] {
  if (depth > MAXIMUM_DEPTH) return []
  return Object.entries(tags)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([tag, element]) => {
      const path = prefix + tag.replace(',', '-')
      const json = model[tag.replace(',', '').toUpperCase()]
      const items = Array.isArray(element.Value) ? element.Value : []
      const children = items.map((item, i): TagNode => {
        const inner = json?.Value?.[i] as Record<string, JsonAttribute> | undefined
        return {
          path: `${path}/${i}`, tag: '', name: String(i + 1), vr: '', creator: '', value: '', kind: 'Item', depth: depth + 1,
          children: buildTree(item, inner ?? {}, `${path}/${i}/`, depth + 2),
        }
      })
      return {
        path, tag, name: element.Name, vr: json?.vr ?? (element.Type === 'Sequence' ? 'SQ' : ''), creator: element.PrivateCreator ?? '',
        value: typeof element.Value === 'string' ? element.Value : '', kind: element.Type, depth, children,
      }
    })
}

/** {@return the nodes to show: those of open parents, or, in a search, those that match and what stands above them} */
export function visibleNodes(nodes: readonly TagNode[], open: ReadonlySet<string>, words: string): TagNode[] {
  const wanted = words.trim().toLowerCase()
  const matches = (node: TagNode): boolean =>
    [node.tag, node.name, node.value, node.vr, node.creator, node.tag.replace(',', '')].some((text) => text.toLowerCase().includes(wanted))
  const visit = (list: readonly TagNode[]): TagNode[] =>
    list.flatMap((node) => {
      const below = wanted === '' ? (open.has(node.path) ? visit(node.children) : []) : visit(node.children)
      return wanted === '' || below.length > 0 || (node.kind !== 'Item' && matches(node)) ? [node, ...below] : []
    })
  return visit(nodes)
}

/** {@return path and name -> value of all elements, for a comparison} */
export function flattenTree(nodes: readonly TagNode[], into = new Map<string, TagNode>()): Map<string, TagNode> {
  for (const node of nodes) {
    if (node.kind !== 'Item') into.set(node.path, node)
    flattenTree(node.children, into)
  }
  return into
}

const ROW = 16

/** Bytes as lines of a hexadecimal view: offset, hexadecimal, characters. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = [...bytes.subarray(at, at + ROW)]
    const hex = row.map((b) => b.toString(16).padStart(2, '0')).join(' ').padEnd(ROW * 3 - 1)
    const text = row.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex}  ${text}`)
  }
  return lines
}
