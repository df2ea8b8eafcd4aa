import type { Level, Resource } from '@/api/types'

/** copy: a new resource, the source stays; replace: a new one, the source goes; keepUids: in place, with the same identifiers. */
export type ModifyMode = 'copy' | 'replace' | 'keepUids'

export interface TagEdit {
  key: string
  before: string
  after: string
  remove: boolean
}

export interface ModifyWishes {
  anonymize: boolean
  mode: ModifyMode
  keepSource: boolean
  edits: TagEdit[]
  keep: string[]
  version: string
  resource: Resource | undefined
}

/** {@return the edits that change something} */
export function changesOf(edits: readonly TagEdit[], anonymize: boolean): (TagEdit & { removed: boolean })[] {
  return edits
    .filter((edit) => edit.remove || (anonymize ? edit.after !== '' : edit.after !== edit.before))
    .map((edit) => ({ ...edit, removed: edit.remove }))
}

/** Identifiers that stay the same in place; the server demands each of them (and Force) to be named. */
const IDENTIFIERS: Record<Level, string[]> = {
  Patient: ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'],
  Study: ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'],
  Series: ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'],
  Instance: ['SOPInstanceUID'],
}

/** {@return the body of the request for a modification or an anonymization} */
export function modifyBody(level: Level, wishes: ModifyWishes): Record<string, unknown> {
  const changes = changesOf(wishes.edits, wishes.anonymize)
  const replace: Record<string, string> = {}
  for (const change of changes) if (!change.removed) replace[change.key] = change.after
  if (wishes.anonymize) {
    return { Replace: replace, Keep: wishes.keep, KeepSource: wishes.keepSource, DicomVersion: wishes.version, Force: true }
  }
  const body: Record<string, unknown> = {
    Replace: replace,
    Remove: changes.filter((change) => change.removed).map((change) => change.key),
    KeepSource: wishes.mode === 'copy',
    Force: true,
  }
  if (wishes.mode === 'keepUids') {
    body.Keep = IDENTIFIERS[level]
    // The server overwrites the instances and must not delete them as sources.
    body.KeepSource = true
  }
  // The server wants the patient to be named: when a patient is modified, and when a study stays in its place.
  if ((level === 'Patient' || (level === 'Study' && wishes.mode === 'keepUids')) && replace.PatientID === undefined) {
    replace.PatientID = wishes.resource?.MainDicomTags.PatientID ?? wishes.resource?.PatientMainDicomTags?.PatientID ?? ''
  }
  return body
}
