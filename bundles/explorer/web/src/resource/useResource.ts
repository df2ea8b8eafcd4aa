import { computed, type Ref } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { get, path, post } from '@/api/client'
import { LISTS, type Level, type Resource } from '@/api/types'

/** The queries of the page of a resource. */

const CHILDREN: Partial<Record<Level, Level>> = { Patient: 'Study', Study: 'Series', Series: 'Instance' }
const LIMIT = 1000

export interface ResourceStatistics {
  CountStudies?: number
  CountSeries?: number
  CountInstances?: number
  DiskSize?: string
  UncompressedSize?: string
  [name: string]: unknown
}

export function childLevel(level: Level): Level | undefined {
  return CHILDREN[level]
}

export function useResource(level: Ref<Level>, id: Ref<string>) {
  const resource = useQuery({
    queryKey: ['resource', level, id],
    queryFn: ({ signal }) =>
      get<Resource>(path(LISTS[level.value], id.value), { requestedTags: level.value === 'Study' ? 'ModalitiesInStudy' : undefined }, signal),
  })
  const statistics = useQuery({
    queryKey: ['resource', level, id, 'statistics'],
    queryFn: ({ signal }) => get<ResourceStatistics>(path(LISTS[level.value], id.value, 'statistics'), {}, signal),
  })
  const metadata = useQuery({
    queryKey: ['resource', level, id, 'metadata'],
    queryFn: ({ signal }) => get<Record<string, string>>(path(LISTS[level.value], id.value, 'metadata'), { expand: true }, signal),
  })
  const attachments = useQuery({
    queryKey: ['resource', level, id, 'attachments'],
    queryFn: async ({ signal }) => {
      const where = path(LISTS[level.value], id.value, 'attachments')
      const names = await get<string[]>(where, {}, signal)
      return Promise.all(names.map(async (name) => ({ name, ...(await get<Record<string, unknown>>(`${where}/${encodeURIComponent(name)}/info`, {}, signal)) })))
    },
  })
  return { resource, statistics, metadata, attachments }
}

/** The resources above, the patient first. */
export function useParents(resource: Ref<Resource | undefined>) {
  return useQuery({
    queryKey: ['resource', 'parents', computed(() => resource.value?.ID)],
    enabled: computed(() => resource.value !== undefined),
    queryFn: async ({ signal }) => {
      const parents: Resource[] = []
      let child = resource.value
      while (child) {
        const up: string | undefined = child.ParentSeries ? `series/${child.ParentSeries}` : child.ParentStudy ? `studies/${child.ParentStudy}` : child.ParentPatient ? `patients/${child.ParentPatient}` : undefined
        child = up ? await get<Resource>(up, {}, signal) : undefined
        if (child) parents.unshift(child)
      }
      return parents
    },
  })
}

const REQUESTED: Record<Level, string[]> = {
  Patient: [],
  Study: ['ModalitiesInStudy', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'],
  Series: ['NumberOfSeriesRelatedInstances'],
  Instance: [],
}

/** The resources directly below, in the order in which people read them. */
export function useChildren(level: Ref<Level>, id: Ref<string>) {
  const below = computed(() => childLevel(level.value))
  const order = computed(() => (below.value === 'Study' ? 'StudyDate' : below.value === 'Series' ? 'SeriesNumber' : 'InstanceNumber'))
  return useQuery({
    queryKey: ['resources', 'children', level, id],
    enabled: computed(() => below.value !== undefined),
    queryFn: async ({ signal }) => {
      const child = below.value as Level
      const found = await post<Resource[]>('tools/find', {
        Level: child, Query: {}, [`Parent${level.value}`]: id.value, Limit: LIMIT,
        ResponseContent: ['MainDicomTags', 'Labels', 'Parent', 'Status', 'RequestedTags', 'Children'],
        RequestedTags: REQUESTED[child],
      }, signal)
      const value = (r: Resource) => r.MainDicomTags[order.value] ?? ''
      const sorted = found.sort((a, b) => Number(value(a)) - Number(value(b)) || value(a).localeCompare(value(b)))
      return child === 'Study' ? sorted.reverse() : sorted
    },
  })
}
