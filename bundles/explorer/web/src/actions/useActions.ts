import { computed, type ComputedRef } from 'vue'
import {
  mdiDeleteOutline, mdiDownload, mdiIncognito, mdiLabelOutline, mdiPaperclip, mdiPencilOutline, mdiSend, mdiShareVariantOutline, mdiSourceMerge,
} from '@mdi/js'
import { useRights } from '@/api/rights'
import { LEVELS, type Level } from '@/api/types'
import { PERMISSIONS, type ActionKind } from './open'

export interface Action {
  kind: ActionKind
  icon: string
  /** The levels of one resource that the action works on. */
  levels: readonly Level[]
  /** The levels at which the action works on several resources; all of `levels` where it is absent. */
  several?: readonly Level[]
}

const ACTIONS: Action[] = [
  { kind: 'download', icon: mdiDownload, levels: LEVELS },
  { kind: 'send', icon: mdiSend, levels: LEVELS },
  { kind: 'labels', icon: mdiLabelOutline, levels: LEVELS },
  { kind: 'modify', icon: mdiPencilOutline, levels: LEVELS },
  { kind: 'anonymize', icon: mdiIncognito, levels: LEVELS },
  { kind: 'merge', icon: mdiSourceMerge, levels: ['Study', 'Series'], several: ['Study'] },
  { kind: 'attach', icon: mdiPaperclip, levels: ['Patient', 'Study'], several: [] },
  { kind: 'share', icon: mdiShareVariantOutline, levels: ['Patient', 'Study'] },
  { kind: 'delete', icon: mdiDeleteOutline, levels: LEVELS },
]

/** {@return the actions that the user may do at a level, with one resource or with several} */
export function useActions(level: () => Level, several = false): ComputedRef<Action[]> {
  const { profile, may } = useRights()
  return computed(() =>
    ACTIONS.filter(({ kind, levels, several: atOnce = levels }) => {
      if (!(several ? atOnce : levels).includes(level()) || !may(PERMISSIONS[kind])) return false
      return kind !== 'share' || profile.value?.['roles-enabled'] === true
    }),
  )
}
