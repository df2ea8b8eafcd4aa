import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import {
  mdiAccountOutline, mdiApi, mdiCalendarClock, mdiCogOutline, mdiFolderOutline, mdiHistory, mdiImageMultipleOutline, mdiMagnify,
  mdiProgressClock, mdiPuzzleOutline,
} from '@mdi/js'
import { useRights } from '@/api/rights'
import type { System } from '@/api/types'
import { extensions } from '@/extensions/registry'

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
  const { may } = useRights()
  const all = computed<Group[]>(() => [
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
    {
      key: 'network',
      title: t('nav.network'),
      entries: [
        ...(may('q-r-remote-modalities') ? [{ to: '/query', title: t('nav.query'), icon: mdiMagnify }] : []),
        ...(may('all') ? [{ to: '/worklist', title: t('nav.worklist'), icon: mdiCalendarClock }] : []),
      ],
    },
    {
      key: 'server',
      title: t('nav.server'),
      entries: [
        { to: '/jobs', title: t('nav.jobs'), icon: mdiProgressClock },
        { to: '/activity', title: t('nav.activity'), icon: mdiHistory },
        { to: '/reference', title: t('nav.reference'), icon: mdiApi },
        ...(may('settings', 'admin-permissions', 'audit-logs') ? [{ to: '/administration', title: t('nav.administration'), icon: mdiCogOutline }] : []),
        ...extensions('page').map((page) => ({ to: `/extension/${encodeURIComponent(page.id)}`, title: page.title, icon: mdiPuzzleOutline })),
      ],
    },
  ])
  return computed(() => all.value.filter((group) => group.entries.length > 0))
}
