import { useQuery } from '@tanstack/vue-query'
import { get } from './client'
import { useSystem } from './queries'

/** The user of the page, as `GET /auth/user/profile` tells. */
export interface Profile {
  name: string
  permissions: string[]
  'roles-enabled'?: boolean
  'audit-logs-enabled'?: boolean
}

/**
 * The rights of the user of this page. The server decides about each request; the page only leaves out actions that the server
 * would refuse. Until the profile is there, and where the server has none, everything is offered.
 */
export function useRights() {
  // The server answers the profile without a user, too: a browser sends its credentials there once it was asked for them elsewhere.
  const { isSuccess: isKnown } = useSystem()
  const { data: profile } = useQuery({
    queryKey: ['profile'], enabled: isKnown, staleTime: 60_000, queryFn: ({ signal }) => get<Profile>('auth/user/profile', {}, signal),
  })
  const may = (...permissions: string[]) => {
    const own = profile.value?.permissions
    return own === undefined || own.includes('all') || permissions.some((one) => own.includes(one))
  }
  return { profile, may }
}
