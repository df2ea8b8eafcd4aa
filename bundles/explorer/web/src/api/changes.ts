import { ref } from 'vue'
import { get } from './client'
import { queryClient } from './queries'
import type { Change, Changes } from './types'

/** Follows `/changes`: what the server stores, changes or deletes makes the answers that the page holds stale. */

const INTERVAL = 4_000
const LIMIT = 1_000

/** Whether the last call of `/changes` was answered. */
export const isConnected = ref(true)

/** The latest change that the page has seen. */
export const lastChange = ref<Change>()

let last = -1
let timer: ReturnType<typeof setTimeout> | undefined

/** {@return the first elements of the keys of the queries that these changes make stale} */
export function staleKeys(changes: readonly Change[]): Set<string> {
  const keys = new Set<string>()
  for (const change of changes) {
    if (change.ResourceType === 'Job' || change.ChangeType.startsWith('Job')) {
      keys.add('jobs')
    } else {
      keys.add('resources').add('resource').add('statistics').add('changes')
      if (change.ChangeType.includes('Metadata')) keys.add('metadata')
    }
  }
  return keys
}

async function poll(): Promise<void> {
  if (last < 0) {
    last = (await get<Changes>('changes', { last: true })).Last
    return
  }
  const answer = await get<Changes>('changes', { since: last, limit: LIMIT })
  // A server that was emptied counts from the start again.
  last = answer.Changes.length === 0 ? last : answer.Last
  if (answer.Changes.length > 0) {
    lastChange.value = answer.Changes.at(-1)
    for (const key of staleKeys(answer.Changes)) void queryClient.invalidateQueries({ queryKey: [key] })
  }
}

async function round(): Promise<void> {
  if (document.visibilityState === 'visible') {
    try {
      await poll()
      if (!isConnected.value) {
        isConnected.value = true
        void queryClient.invalidateQueries()
      }
    } catch {
      isConnected.value = false
    }
  }
  timer = setTimeout(round, INTERVAL)
}

/** Begins to follow; the returned function ends it. */
export function followChanges(): () => void {
  void round()
  return () => clearTimeout(timer)
}
