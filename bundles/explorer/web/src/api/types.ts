/** Shapes of the REST API that the page uses; Orthanc's names. */

export type Level = 'Patient' | 'Study' | 'Series' | 'Instance'

export const LEVELS: readonly Level[] = ['Patient', 'Study', 'Series', 'Instance']

/** The list of a level in the API: `studies` of `Study`. */
export const LISTS: Record<Level, string> = {
  Patient: 'patients',
  Study: 'studies',
  Series: 'series',
  Instance: 'instances',
}

export type Tags = Record<string, string>

export interface Resource {
  ID: string
  Type: Level
  MainDicomTags: Tags
  PatientMainDicomTags?: Tags
  RequestedTags?: Tags
  Labels?: string[]
  Metadata?: Record<string, string>
  IsStable?: boolean
  Status?: string
  ParentPatient?: string
  ParentStudy?: string
  ParentSeries?: string
  Studies?: string[]
  Series?: string[]
  Instances?: string[]
  ExpectedNumberOfInstances?: number | null
  IndexInSeries?: number | null
  FileSize?: number
}

export interface System {
  Name: string
  Version: string
  ApiVersion: number
  DicomAet: string
  DicomPort: number
  HttpPort: number
  PatientLevelEnabled?: boolean
  HasLabels?: boolean
  ReadOnly?: boolean
  PluginsEnabled?: boolean
  Isengard?: { Version: string }
  UserMetadata?: Record<string, number>
  [field: string]: unknown
}

export interface Change {
  Seq: number
  ChangeType: string
  Date: string
  ID: string
  Path: string
  ResourceType: string
}

export interface Changes {
  Changes: Change[]
  Done: boolean
  First: number
  Last: number
}

/** An instance or resource that was sent, as {@code /exports} lists it. */
export interface Export {
  Seq: number
  Date: string
  RemoteModality: string
  ResourceType: string
  ID: string
  Path: string
  PatientID?: string
  StudyInstanceUID?: string
  SeriesInstanceUID?: string
  SOPInstanceUID?: string
}

export interface Exports {
  Exports: Export[]
  Done: boolean
  First: number
  Last: number
}

export interface OrderBy {
  Type: 'DicomTag' | 'Metadata' | 'MetadataAsInt'
  Key: string
  Direction: 'ASC' | 'DESC'
}

export interface FindRequest {
  Level: Level
  Query: Record<string, string>
  CaseSensitive?: boolean
  Since?: number
  Limit?: number
  OrderBy?: OrderBy[]
  RequestedTags?: string[]
  ResponseContent?: string[]
  Labels?: string[]
  LabelsConstraint?: 'All' | 'Any' | 'None'
  ParentPatient?: string
  ParentStudy?: string
  ParentSeries?: string
}

export interface Job {
  ID: string
  Type: string
  State: string
  Progress: number
  Priority: number
  CreationTime: string
  CompletionTime?: string
  EffectiveRuntime: number
  ErrorCode: number
  ErrorDescription: string
  ErrorDetails?: string
  EstimatedTimeOfArrival?: string
  Content: Record<string, unknown>
}
