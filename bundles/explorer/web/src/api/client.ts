/** The REST API. Addresses are relative to the page, so that a reverse proxy may put a prefix in front. */

const ROOT = new URL('../', document.baseURI)

/** The token of a link that somebody shared: it stands in the address of the page and goes with each request. */
export const sharedToken = new URLSearchParams(window.location.search).get('token') ?? ''

/** An answer of the server that is not a success, or none at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: string,
    readonly method: string,
    readonly path: string,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

export type QueryValue = string | number | boolean | undefined

/** {@return the absolute address of a route} A value `true` becomes an argument without value. */
export function address(path: string, query: Record<string, QueryValue> = {}): string {
  const url = new URL(path.replace(/^\//, ''), ROOT)
  const parts: string[] = sharedToken === '' ? [] : [`token=${encodeURIComponent(sharedToken)}`]
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === false) continue
    parts.push(value === true ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }
  url.search = parts.join('&')
  return url.href
}

/** {@return the absolute address of a route without any argument, to which segments can be added} */
export function bareAddress(path: string): string {
  return new URL(path, ROOT).href
}

/** {@return a path whose segments are encoded, as in `path('studies', id, 'labels', label)`} */
export function path(...segments: (string | number)[]): string {
  return segments.map((segment) => encodeURIComponent(segment)).join('/')
}

interface Options {
  query?: Record<string, QueryValue>
  signal?: AbortSignal
  headers?: Record<string, string>
}

async function failure(response: Response, method: string, where: string): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  try {
    const body = JSON.parse(text) as { Message?: unknown; Details?: unknown; OrthancError?: unknown }
    const message = String(body.Message ?? body.OrthancError ?? response.statusText)
    const details = body.Details === undefined ? '' : String(body.Details)
    return new ApiError(response.status, message, details, method, where)
  } catch {
    return new ApiError(response.status, text.slice(0, 300) || response.statusText, '', method, where)
  }
}

/** Sends a request; fails with {@link ApiError} unless the answer is a success. */
export async function send(method: string, where: string, body?: BodyInit | null, options: Options = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(address(where, options.query), {
      method,
      body: body ?? null,
      signal: options.signal ?? null,
      headers: { Accept: '*/*', ...options.headers },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, error instanceof Error ? error.message : String(error), '', method, where)
  }
  if (!response.ok) throw await failure(response, method, where)
  return response
}

async function parsed<T>(response: Response): Promise<T> {
  const text = await response.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

export async function get<T>(where: string, query?: Record<string, QueryValue>, signal?: AbortSignal): Promise<T> {
  return parsed<T>(await send('GET', where, null, { query, signal, headers: { Accept: 'application/json' } }))
}

export async function getText(where: string, signal?: AbortSignal): Promise<string> {
  return (await send('GET', where, null, { signal })).text()
}

export async function post<T>(where: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return parsed<T>(await send('POST', where, JSON.stringify(body), { signal }))
}

export async function put<T = void>(where: string, body: unknown): Promise<T> {
  const response = await send('PUT', where, typeof body === 'string' ? body : JSON.stringify(body))
  return response.headers.get('Content-Type')?.startsWith('application/json') ? parsed<T>(response) : (undefined as T)
}

export async function remove<T = void>(where: string): Promise<T> {
  const response = await send('DELETE', where)
  return response.headers.get('Content-Type')?.startsWith('application/json') ? parsed<T>(response) : (undefined as T)
}

/** {@return the request as a command line} Single quotes are closed and escaped, so that a shell sees one word. */
export function curl(method: string, where: string, body?: unknown): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const words = ['curl']
  if (method !== 'GET') words.push('-X', method)
  words.push(quote(address(where)))
  if (body !== undefined) words.push('-d', quote(typeof body === 'string' ? body : JSON.stringify(body)))
  return words.join(' ')
}
