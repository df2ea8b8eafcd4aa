import { QueryClient, useQuery } from '@tanstack/vue-query'
import { ApiError, get } from './client'
import type { System } from './types'

/** Answers are kept; what changes on the server invalidates them (see `changes.ts`). */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: true,
      // A refusal stays one; a server that restarts or swaps a feature comes back.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
})

export function useSystem() {
  return useQuery({ queryKey: ['system'], queryFn: ({ signal }) => get<System>('system', {}, signal), staleTime: 300_000 })
}
