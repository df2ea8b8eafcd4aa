import type { Level, Resource } from '@/api/types'

/** The columns of the table of resources. */

export type ColumnKind = 'text' | 'name' | 'date' | 'time' | 'number' | 'modality' | 'uid' | 'labels' | 'instant' | 'extension'

export interface Column {
  key: string
  kind: ColumnKind
  /** The level whose main tags have it; the server sorts by main tags alone. */
  sortable: boolean
  filterable: boolean
  /** Minimal width in pixels. */
  width: number
  /** Whether the server computes it on demand. */
  requested?: boolean
}

function column(key: string, kind: ColumnKind, width: number, more: Partial<Column> = {}): Column {
  const isTag = kind !== 'labels' && kind !== 'instant'
  return { key, kind, width, sortable: isTag, filterable: isTag, ...more }
}

const columns = (...all: Parameters<typeof column>[]) => all.map((one) => column(...one))

const computed = { sortable: false, filterable: false, requested: true } as const
const requestedTag = { sortable: false, filterable: true, requested: true } as const

const PATIENT = columns(
  ['PatientName', 'name', 190], ['PatientID', 'text', 120], ['PatientBirthDate', 'date', 118], ['PatientSex', 'text', 70],
  ['OtherPatientIDs', 'text', 120],
)

const STUDY = columns(
  ['StudyDate', 'date', 118], ['StudyTime', 'time', 90], ['StudyDescription', 'text', 210],
  ['ModalitiesInStudy', 'modality', 100, requestedTag], ['AccessionNumber', 'text', 130], ['StudyID', 'text', 100],
  ['InstitutionName', 'text', 160], ['ReferringPhysicianName', 'name', 160], ['RequestingPhysician', 'name', 160],
  ['RequestedProcedureDescription', 'text', 190], ['StudyInstanceUID', 'uid', 220],
)

const SERIES = columns(
  ['Modality', 'modality', 90], ['SeriesNumber', 'number', 80], ['SeriesDescription', 'text', 210], ['SeriesDate', 'date', 118],
  ['SeriesTime', 'time', 90], ['BodyPartExamined', 'text', 120], ['ProtocolName', 'text', 160], ['StationName', 'text', 120],
  ['Manufacturer', 'text', 140], ['OperatorsName', 'name', 150], ['SequenceName', 'text', 120],
  ['ContrastBolusAgent', 'text', 120], ['PerformedProcedureStepDescription', 'text', 190], ['SeriesInstanceUID', 'uid', 220],
)

const COMMON = columns(['Labels', 'labels', 140], ['LastUpdate', 'instant', 150])

const AVAILABLE: Record<Level, Column[]> = {
  Patient: [
    ...PATIENT,
    column('NumberOfPatientRelatedStudies', 'number', 80, computed),
    column('NumberOfPatientRelatedSeries', 'number', 80, computed),
    column('NumberOfPatientRelatedInstances', 'number', 90, computed),
    ...COMMON,
  ],
  Study: [
    ...PATIENT,
    ...STUDY,
    column('NumberOfStudyRelatedSeries', 'number', 80, computed),
    column('NumberOfStudyRelatedInstances', 'number', 90, computed),
    ...COMMON,
  ],
  Series: [
    // The server sorts series by the tags of series alone, and searches by those of all levels above.
    ...[...PATIENT, ...STUDY.filter((c) => !c.requested)].map((c) => ({ ...c, sortable: false, requested: true })),
    ...SERIES,
    column('NumberOfSeriesRelatedInstances', 'number', 90, computed),
    ...COMMON,
  ],
  Instance: [],
}

const SHOWN: Record<Level, string[]> = {
  Patient: ['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'NumberOfPatientRelatedStudies', 'NumberOfPatientRelatedInstances', 'Labels', 'LastUpdate'],
  Study: ['PatientName', 'PatientID', 'PatientBirthDate', 'StudyDate', 'ModalitiesInStudy', 'StudyDescription', 'AccessionNumber', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances', 'Labels'],
  Series: ['PatientName', 'PatientID', 'StudyDate', 'Modality', 'SeriesNumber', 'SeriesDescription', 'BodyPartExamined', 'NumberOfSeriesRelatedInstances', 'Labels'],
  Instance: [],
}

const KEYWORD = /^[A-Z][A-Za-z0-9]{2,63}$|^[0-9a-fA-F]{4},?[0-9a-fA-F]{4}$/

/** {@return whether a text is the keyword or the number of a tag, and so may be a column of its own} */
export function isTagName(text: string): boolean {
  return KEYWORD.test(text)
}

/** {@return all columns that a level offers without naming a tag} */
export function availableColumns(level: Level): Column[] {
  return AVAILABLE[level]
}

export function defaultColumns(level: Level): string[] {
  return SHOWN[level]
}

/** {@return the columns for these keys; a key that is no known column but a tag is read from the files by the server} */
export function columnsOf(level: Level, keys: readonly string[]): Column[] {
  return keys
    .map((key) => {
      const known = AVAILABLE[level].find((c) => c.key === key)
      if (known) return known
      return isTagName(key) ? column(key, 'text', 140, { sortable: false, requested: true }) : undefined
    })
    .filter((c) => c !== undefined)
}

/** {@return the value of a resource in a column, as the server gives it} */
export function cell(resource: Resource, key: string): string {
  if (key === 'Labels') return (resource.Labels ?? []).join(' ')
  if (key === 'LastUpdate') return resource.Metadata?.LastUpdate ?? ''
  return (
    resource.MainDicomTags[key] ?? resource.RequestedTags?.[key] ?? resource.PatientMainDicomTags?.[key] ?? ''
  )
}
