import { shallowRef } from 'vue'
import type { Level, Resource } from '@/api/types'
import { personName } from '@/dicom/text'

/** The dialog that is open: what it does, and with which resources. */
export type ActionKind = 'send' | 'labels' | 'delete' | 'modify' | 'anonymize' | 'download' | 'merge' | 'attach' | 'share'

export interface OpenAction {
  kind: ActionKind
  level: Level
  resources: Resource[]
  /** Is called when the action is done or under way; `next` is the page to go to, where the page of the resource goes away. */
  done?: (next?: string) => void
}

/** The permission that each action needs (see the rules of routes in the feature security). */
export const PERMISSIONS: Record<ActionKind, string> = {
  send: 'send', labels: 'edit-labels', delete: 'delete', modify: 'modify', anonymize: 'anonymize', download: 'download', merge: 'modify',
  attach: 'upload', share: 'share',
}

export const opened = shallowRef<OpenAction>()

export function openAction(kind: ActionKind, level: Level, resources: Resource[], done?: (next?: string) => void) {
  opened.value = { kind, level, resources, ...(done ? { done } : {}) }
}

export function closeAction() {
  opened.value = undefined
}

/** {@return what a person calls a resource} */
export function nameOf(resource: Resource): string {
  const tags = { ...resource.PatientMainDicomTags, ...resource.RequestedTags, ...resource.MainDicomTags }
  const keys: Record<Level, string[]> = {
    Patient: ['PatientName', 'PatientID'],
    Study: ['StudyDescription', 'StudyDate', 'PatientName', 'StudyInstanceUID'],
    Series: ['SeriesDescription', 'Modality', 'SeriesInstanceUID'],
    Instance: ['InstanceNumber', 'SOPInstanceUID'],
  }
  return keys[resource.Type].map((key) => (key === 'PatientName' ? personName(tags[key] ?? '') : (tags[key] ?? ''))).find((value) => value.trim() !== '') ?? resource.ID
}
