import { computed, type Ref } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { get, path } from '@/api/client'
import { LISTS, type Level } from '@/api/types'
import { buildTree, type ApiTag, type JsonAttribute } from './tree'

/** The tags of an instance with their VRs, or those that all instances of a resource share. */
export function useTags(level: Ref<Level>, id: Ref<string>) {
  return useQuery({
    queryKey: ['resource', 'tags', level, id],
    enabled: computed(() => id.value !== ''),
    queryFn: async ({ signal }) => {
      const where = path(LISTS[level.value], id.value, level.value === 'Instance' ? 'tags' : 'shared-tags')
      const tags = await get<Record<string, ApiTag>>(where, {}, signal)
      if (level.value !== 'Instance') return buildTree(tags)
      const header = await get<Record<string, ApiTag>>(path('instances', id.value, 'header'), {}, signal).catch(() => ({}))
      return buildTree({ ...header, ...tags }, await model(tags, signal))
    },
  })
}

/** VRs come from DICOMweb; without that feature the tree has none. */
async function model(tags: Record<string, ApiTag>, signal: AbortSignal): Promise<Record<string, JsonAttribute>> {
  const uid = (tag: string) => String(tags[tag]?.Value ?? '')
  try {
    const where = path('dicom-web', 'studies', uid('0020,000d'), 'series', uid('0020,000e'), 'instances', uid('0008,0018'), 'metadata')
    return (await get<Record<string, JsonAttribute>[]>(where, {}, signal))[0] ?? {}
  } catch {
    return {}
  }
}
