import type { LocationQuery } from 'vue-router'
import type { FindRequest, Level } from '@/api/types'
import { columnsOf } from './columns'

/** The state of the list: level, filters, order, page. It is the address of the page, so that links, back and forward work. */
export interface ListState {
  level: Level
  filters: Record<string, string>
  labels: string[]
  labelsMode: 'All' | 'Any' | 'None' | 'Without'
  sort: string
  descending: boolean
  page: number
  size: number
}

const OWN = new Set(['labels', 'labelsMode', 'sort', 'page', 'size'])

const SORTS: Record<Level, { key: string; descending: boolean }> = {
  Patient: { key: 'LastUpdate', descending: true },
  Study: { key: 'StudyDate', descending: true },
  Series: { key: 'LastUpdate', descending: true },
  Instance: { key: 'InstanceNumber', descending: false },
}

function one(query: LocationQuery, name: string): string {
  const value = query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

function count(text: string, otherwise: number, maximum: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value >= 1 && value <= maximum ? value : otherwise
}

/** Reads the part of an address behind `?`; what it does not understand is left out. */
export function parseState(level: Level, query: LocationQuery, size: number): ListState {
  const filters: Record<string, string> = {}
  for (const name of Object.keys(query)) {
    const value = one(query, name)
    if (!OWN.has(name) && value !== '' && columnsOf(level, [name]).length > 0) filters[name] = value
  }
  const mode = one(query, 'labelsMode')
  const sort = one(query, 'sort')
  const usual = SORTS[level]
  return {
    level,
    filters,
    labels: one(query, 'labels').split(',').filter((label) => label !== ''),
    labelsMode: mode === 'Any' || mode === 'None' || mode === 'Without' ? mode : 'All',
    sort: sort === '' ? usual.key : sort.replace(/^-/, ''),
    descending: sort === '' ? usual.descending : sort.startsWith('-'),
    page: count(one(query, 'page'), 1, 1_000_000),
    size: count(one(query, 'size'), size, 500),
  }
}

/** The inverse of {@link parseState}; what is as usual is left out of the address. */
export function formatState(state: ListState, size: number): Record<string, string> {
  const query: Record<string, string> = { ...state.filters }
  if (state.labels.length > 0) query.labels = state.labels.join(',')
  if (state.labelsMode !== 'All') query.labelsMode = state.labelsMode
  const usual = SORTS[state.level]
  if (state.sort !== usual.key || state.descending !== usual.descending) {
    query.sort = (state.descending ? '-' : '') + state.sort
  }
  if (state.page > 1) query.page = String(state.page)
  if (state.size !== size) query.size = String(state.size)
  return query
}

const RANGE = /^\d{0,8}-\d{0,8}$|^\d{8}$/

/** {@return the condition of the server's search for a text that a person typed into a filter} */
export function condition(kind: string, text: string): string {
  const value = text.trim()
  if (kind === 'date') return RANGE.test(value) ? value : `*${value}*`
  if (kind === 'modality') return value.toUpperCase().split(/[\s,\\]+/).filter((part) => part !== '').join('\\')
  if (kind === 'number' || kind === 'uid') return value
  // Quotes ask for the whole value; a person's own wildcards stay as they are.
  if (value.length >= 2 && value.startsWith('"') && value.endsWith('"')) return value.slice(1, -1)
  return value.includes('*') || value.includes('?') ? value : `*${value}*`
}

function queryOf(state: ListState): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [key, text] of Object.entries(state.filters)) {
    const column = columnsOf(state.level, [key])[0]
    if (column && text.trim() !== '') query[key] = condition(column.kind, text)
  }
  return query
}

/** The part of a search that decides which resources are found, for counting and for finding. */
export function searchOf(state: ListState): Pick<FindRequest, 'Level' | 'Query' | 'CaseSensitive' | 'Labels' | 'LabelsConstraint'> {
  const search = { Level: state.level, Query: queryOf(state), CaseSensitive: false }
  // A resource without any label: none of the labels that there are.
  if (state.labelsMode === 'Without') return { ...search, Labels: state.labels, LabelsConstraint: 'None' }
  if (state.labels.length === 0) return search
  return { ...search, Labels: state.labels, LabelsConstraint: state.labelsMode }
}

/**
 * The search for one page of the list.
 *
 * @param shown keys of the columns
 * @param allLabels all labels of the server, which "without labels" excludes
 */
export function findRequest(state: ListState, shown: readonly string[], allLabels: readonly string[]): FindRequest {
  const requested = columnsOf(state.level, shown).filter((c) => c.requested).map((c) => c.key)
  const effective = state.labelsMode === 'Without' ? { ...state, labels: [...allLabels] } : state
  const direction = state.descending ? 'DESC' : 'ASC'
  return {
    ...searchOf(effective),
    Since: (state.page - 1) * state.size,
    Limit: state.size,
    OrderBy: [
      state.sort === 'LastUpdate'
        ? { Type: 'Metadata', Key: 'LastUpdate', Direction: direction }
        : { Type: 'DicomTag', Key: state.sort, Direction: direction },
    ],
    RequestedTags: requested,
    ResponseContent: ['MainDicomTags', 'Labels', 'Metadata', 'Parent', 'Status', 'RequestedTags'],
  }
}
