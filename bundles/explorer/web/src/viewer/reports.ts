import { item, items, text, type Dataset } from './dataset'

/** A content item of a structured report (PS3.3 section C.17.3), as text. */
export interface ContentNode {
  type: string
  relation: string
  name: string
  value: string
  /** The SOP instance an IMAGE item refers to. */
  image?: string
  children: ContentNode[]
}

const MAX_DEPTH = 40
const MAX_NODES = 20_000

function meaning(code: Dataset | undefined): string {
  return text(code, '00080104') || text(code, '00080100') || text(code, '00080119')
}

function valueOf(node: Dataset, type: string): string {
  switch (type) {
    case 'TEXT':
      return text(node, '0040A160')
    case 'CODE':
      return meaning(item(node, '0040A168'))
    case 'NUM': {
      const measured = item(node, '0040A300')
      if (!measured) return meaning(item(node, '0040A301'))
      const unit = item(measured, '004008EA')
      const symbol = text(unit, '00080100')
      return [text(measured, '0040A30A'), symbol === '1' ? '' : showUnit(symbol, meaning(unit))].filter(Boolean).join(' ')
    }
    case 'PNAME':
      return text(node, '0040A123').replace(/\^+/g, ' ').trim()
    case 'DATE':
      return text(node, '0040A121')
    case 'TIME':
      return text(node, '0040A122')
    case 'DATETIME':
      return text(node, '0040A120')
    case 'UIDREF':
      return text(node, '0040A124')
    case 'SCOORD':
    case 'SCOORD3D':
      return text(node, '00700023')
    default:
      return ''
  }
}

/** Units as people write them: `cm³` for UCUM's `cm3`, `HU` for `[hnsf'U]`. */
export function showUnit(symbol: string, name: string): string {
  const known: Record<string, string> = { "[hnsf'U]": 'HU', cm3: 'cm³', mm3: 'mm³', cm2: 'cm²', mm2: 'mm²', Cel: '°C' }
  if (known[symbol]) return known[symbol]
  return /[[\]{}]/.test(symbol) ? name : symbol || name
}

/** The tree of a report; damaged or endless ones are cut. */
export function contentTree(dataset: Dataset): ContentNode {
  let count = 0
  function node(source: Dataset, depth: number): ContentNode {
    count++
    const type = text(source, '0040A040')
    const children = depth < MAX_DEPTH ? items(source, '0040A730') : []
    const reference = item(source, '00081199')
    return {
      type,
      relation: text(source, '0040A010'),
      name: meaning(item(source, '0040A043')),
      value: valueOf(source, type),
      image: type === 'IMAGE' ? text(reference, '00081155') || undefined : undefined,
      children: children.flatMap((child) => (count < MAX_NODES ? [node(child, depth + 1)] : [])),
    }
  }
  return node(dataset, 0)
}

/** {@return the SOP instances that a key object selection or a report names in its content} */
export function referencedImages(tree: ContentNode): string[] {
  return [...(tree.image ? [tree.image] : []), ...tree.children.flatMap(referencedImages)]
}
