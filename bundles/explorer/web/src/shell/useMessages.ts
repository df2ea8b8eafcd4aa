import { reactive } from 'vue'
import { ApiError } from '@/api/client'

/** Short messages at the foot of the page: what an action did, or why it failed. */

export interface Message {
  id: number
  kind: 'success' | 'error' | 'info'
  text: string
}

export const messages = reactive<Message[]>([])
let counter = 0

export function say(text: string, kind: Message['kind'] = 'success') {
  const message = { id: ++counter, kind, text }
  messages.push(message)
  if (kind !== 'error') setTimeout(() => dismiss(message.id), 6_000)
  if (messages.length > 5) messages.shift()
}

export function dismiss(id: number) {
  const at = messages.findIndex((m) => m.id === id)
  if (at >= 0) messages.splice(at, 1)
}

/** {@return why an action failed, in the words of the server} */
export function reason(error: unknown): string {
  if (error instanceof ApiError) return error.details || error.message
  return error instanceof Error ? error.message : String(error)
}

export function sayError(error: unknown) {
  say(reason(error), 'error')
}
