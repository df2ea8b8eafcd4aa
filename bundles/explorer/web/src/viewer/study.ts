import { get, path, send } from '@/api/client'
import type { Level, Resource } from '@/api/types'
import { text, type Dataset } from './dataset'

export type Kind = 'images' | 'segmentation' | 'report' | 'keys' | 'pdf' | 'video' | 'waveform' | 'other'

export interface ViewedSeries {
  id: string
  uid: string
  studyUid: string
  number: string
  description: string
  modality: string
  /** Orthanc's identifiers, in the order in which the server lists them. */
  instances: string[]
  kind: Kind
}

export interface ViewedStudy {
  id: string
  uid: string
  patient: string
  patientId: string
  birth: string
  sex: string
  date: string
  description: string
  series: ViewedSeries[]
  /** The series that the address names, if it names one. */
  first?: string
  /** The SOP instance that the address names. */
  instanceUid?: string
}

export const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4'

const BY_MODALITY: Record<string, Kind> = {
  SEG: 'segmentation', SR: 'report', KO: 'keys', DOC: 'pdf', ECG: 'waveform', HD: 'waveform', EPS: 'waveform', RESP: 'waveform',
  PR: 'other', RTSTRUCT: 'other', RTPLAN: 'other', RTRECORD: 'other', REG: 'other', FID: 'other', M3D: 'other', RWV: 'other',
}

/** {@return the kind of a series, as long as only its modality is known} */
export function kindOfModality(modality: string): Kind {
  return BY_MODALITY[modality] ?? 'images'
}

/**
 * {@return the kind of an instance, by its SOP class (PS3.6 table A-1)} MPEG-2, MPEG-4 and HEVC have a photometric interpretation of
 * their own (PS3.3 section C.7.6.3.1.2); video SOP classes also hold frames in other transfer syntaxes, which are images.
 */
export function kindOf(dataset: Dataset): Kind {
  const sopClass = text(dataset, '00080016')
  if (sopClass === SEGMENTATION_STORAGE) return 'segmentation'
  if (sopClass === '1.2.840.10008.5.1.4.1.1.88.59') return 'keys'
  if (sopClass.startsWith('1.2.840.10008.5.1.4.1.1.88.')) return 'report'
  if (sopClass === '1.2.840.10008.5.1.4.1.1.104.1') return 'pdf'
  if (sopClass.startsWith('1.2.840.10008.5.1.4.1.1.9.')) return 'waveform'
  if (text(dataset, '00280004') === 'YBR_PARTIAL_420') return 'video'
  return dataset['00280010'] === undefined ? 'other' : 'images'
}

function seriesOf(resource: Resource, studyUid: string): ViewedSeries {
  const tags = resource.MainDicomTags
  const modality = tags.Modality ?? ''
  return {
    id: resource.ID,
    uid: tags.SeriesInstanceUID ?? '',
    studyUid,
    number: tags.SeriesNumber ?? '',
    description: tags.SeriesDescription ?? '',
    modality,
    instances: resource.Instances ?? [],
    kind: kindOfModality(modality),
  }
}

/** Images first, each group by series number. */
export function inReadingOrder(series: ViewedSeries[]): ViewedSeries[] {
  const rank = (one: ViewedSeries) => (one.kind === 'images' ? 0 : 1)
  return [...series].sort((a, b) => rank(a) - rank(b) || Number(a.number) - Number(b.number) || a.uid.localeCompare(b.uid))
}

/** Loads what the viewer shows around a study, series or instance. */
export async function loadStudy(level: Level, id: string): Promise<ViewedStudy> {
  let study = id
  let first: string | undefined
  let instanceUid: string | undefined
  if (level === 'Instance') {
    const instance = await get<Resource>(path('instances', id))
    instanceUid = instance.MainDicomTags.SOPInstanceUID
    first = instance.ParentSeries
    study = (await get<Resource>(path('series', first!))).ParentStudy!
  } else if (level === 'Series') {
    first = id
    study = (await get<Resource>(path('series', id))).ParentStudy!
  }
  const [resource, series] = await Promise.all([
    get<Resource>(path('studies', study)),
    get<Resource[]>(path('studies', study, 'series')),
  ])
  const patient = resource.PatientMainDicomTags ?? {}
  const uid = resource.MainDicomTags.StudyInstanceUID ?? ''
  return {
    id: study,
    uid,
    patient: patient.PatientName ?? '',
    patientId: patient.PatientID ?? '',
    birth: patient.PatientBirthDate ?? '',
    sex: patient.PatientSex ?? '',
    date: resource.MainDicomTags.StudyDate ?? '',
    description: resource.MainDicomTags.StudyDescription ?? '',
    series: inReadingOrder(series.map((one) => seriesOf(one, uid))),
    first,
    instanceUid,
  }
}

/** {@return the data sets of all instances of a series, without bulk data} */
export function loadMetadata(series: ViewedSeries, signal?: AbortSignal): Promise<Dataset[]> {
  return get<Dataset[]>(`${path('dicom-web', 'studies', series.studyUid, 'series', series.uid)}/metadata`, {}, signal)
}

/** {@return Orthanc's identifiers of the instances with a SOP instance UID: none, one, or one for each study that has it} */
export async function lookUp(sopInstance: string): Promise<string[]> {
  const answer = await send('POST', 'tools/lookup', sopInstance)
  return ((await answer.json()) as { ID: string; Type: Level }[]).filter((one) => one.Type === 'Instance').map((one) => one.ID)
}

/** {@return Orthanc's identifier of an instance of a series} */
export async function instanceId(series: ViewedSeries, sopInstance: string): Promise<string> {
  if (series.instances.length === 1) return series.instances[0]!
  const found = (await lookUp(sopInstance)).find((id) => series.instances.includes(id))
  if (!found) throw new Error(sopInstance)
  return found
}
