import { ref } from 'vue'
import { get } from '@/api/client'
import { queryClient } from '@/api/queries'
import type { Job } from '@/api/types'
import { translate } from '@/i18n'
import { say } from '@/shell/useMessages'

/** Jobs that this page started: followed until they end, with a message then. */
export const followed = ref<Job[]>([])

const INTERVAL = 800
const ENDED = new Set(['Success', 'Failure'])

export function isEnded(job: Job): boolean {
  return ENDED.has(job.State)
}

/** {@return why a job failed, in the words of the server} */
export function jobError(job: Job): string {
  return job.ErrorDetails || job.ErrorDescription || String(job.ErrorCode)
}

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time))

function note(job: Job) {
  const at = followed.value.findIndex((known) => known.ID === job.ID)
  if (at >= 0) followed.value.splice(at, 1, job)
  else followed.value.unshift(job)
}

/** Waits for the end of a job. */
export async function follow(id: string, what: string): Promise<Job> {
  for (;;) {
    const job = await get<Job>(`jobs/${id}`)
    note(job)
    if (isEnded(job)) {
      void queryClient.invalidateQueries({ queryKey: ['jobs'] })
      if (job.State === 'Success') say(translate('jobs.succeeded', { what }))
      else say(translate('jobs.failed', { what, reason: jobError(job) }), 'error')
      return job
    }
    await pause(INTERVAL)
  }
}
