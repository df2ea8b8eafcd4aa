/** {@return words for what went wrong while an image was fetched or decoded} */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message
  if (typeof error === 'string') return error
  if (typeof error === 'object' && error !== null) {
    const failure = error as { error?: unknown; request?: XMLHttpRequest; status?: number; message?: unknown; response?: unknown }
    if (failure.error !== undefined) return reasonOf(failure.error)
    if (failure.request instanceof XMLHttpRequest) return `HTTP ${failure.request.status} ${failure.request.statusText}`.trim()
    if (typeof failure.status === 'number') return `HTTP ${failure.status}`
    if (typeof failure.message === 'string') return failure.message
  }
  return String(error)
}
