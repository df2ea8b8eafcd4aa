import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { mdiAccountOutline, mdiFolderOutline, mdiImageMultipleOutline } from '@mdi/js'
import type { System } from '@/api/types'

export interface Entry {
  to: string
  title: string
  icon: string
}

export interface Group {
  key: string
  title: string
  entries: Entry[]
}

/** The entries of the menu. */
export function useNavigation(system: Ref<System | undefined>) {
  const { t } = useI18n()
  return computed<Group[]>(() => [
    {
      key: 'images',
      title: t('nav.images'),
      entries: [
        { to: '/studies', title: t('nav.studies'), icon: mdiFolderOutline },
        ...(system.value?.PatientLevelEnabled === false
          ? []
          : [{ to: '/patients', title: t('nav.patients'), icon: mdiAccountOutline }]),
        { to: '/series', title: t('nav.series'), icon: mdiImageMultipleOutline },
      ],
    },
  ])
}
