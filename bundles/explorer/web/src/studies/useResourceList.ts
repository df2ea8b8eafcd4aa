import { computed, type Ref } from 'vue'
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { get, post } from '@/api/client'
import type { Resource } from '@/api/types'
import { findRequest, searchOf, type ListState } from './listState'

/** All labels of the server. */
export function useAllLabels() {
  return useQuery({ queryKey: ['resources', 'labels'], queryFn: ({ signal }) => get<string[]>('tools/labels', {}, signal) })
}

/** One page of a list and the number of all resources that match. */
export function useResourceList(state: Ref<ListState>, shown: Ref<string[]>) {
  const labels = useAllLabels()
  const allLabels = computed(() => (state.value.labelsMode === 'Without' ? (labels.data.value ?? []) : []))
  const enabled = computed(() => state.value.labelsMode !== 'Without' || labels.isSuccess.value)
  const find = computed(() => findRequest(state.value, shown.value, allLabels.value))
  const search = computed(() =>
    searchOf(state.value.labelsMode === 'Without' ? { ...state.value, labels: allLabels.value } : state.value),
  )
  const page = useQuery({
    queryKey: ['resources', 'page', find],
    queryFn: ({ signal }) => post<Resource[]>('tools/find', find.value, signal),
    // While the next page or order comes, the present one stays; another level starts empty.
    placeholderData: (previous, query) =>
      query && (query.queryKey[2] as { Level: string }).Level === state.value.level ? keepPreviousData(previous) : undefined,
    enabled,
  })
  const count = useQuery({
    queryKey: ['resources', 'count', search],
    queryFn: async ({ signal }) => (await post<{ Count: number }>('tools/count-resources', search.value, signal)).Count,
    placeholderData: keepPreviousData,
    enabled,
  })
  return { page, count, labels }
}
