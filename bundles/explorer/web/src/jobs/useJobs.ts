import { useQuery } from '@tanstack/vue-query'
import { get } from '@/api/client'
import type { Job } from '@/api/types'
import { isEnded } from './track'

const QUICK = 1_500
const SLOW = 10_000

/** All jobs, the latest first; asked for more often while one of them is not at its end. */
export function useJobs() {
  return useQuery({
    queryKey: ['jobs'],
    queryFn: async ({ signal }) => (await get<Job[]>('jobs', { expand: true }, signal)).sort((a, b) => b.CreationTime.localeCompare(a.CreationTime)),
    refetchInterval: (query) => (query.state.data?.some((job) => !isEnded(job)) ? QUICK : SLOW),
  })
}
