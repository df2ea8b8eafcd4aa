/** A method of a path, as the server describes it right now. */
export interface Operation {
  method: string
  path: string
  summary: string
  /** Names of the bundles that answer. */
  bundles: string[]
}

/** The part of `GET /openapi.json` that this page shows. */
export interface Description {
  paths: Record<string, Record<string, { summary?: string; tags?: string[] }>>
}

const METHODS = ['get', 'head', 'post', 'put', 'delete']

/** {@return all operations but OPTIONS, which each path has, by path} */
export function operations(description: Description): Operation[] {
  return Object.keys(description.paths)
    .sort((a, b) => a.localeCompare(b, 'en'))
    .flatMap((path) => {
      const item = description.paths[path] ?? {}
      return METHODS.filter((method) => item[method] !== undefined).map((method) => ({
        method: method.toUpperCase(), path, summary: item[method]?.summary ?? '', bundles: item[method]?.tags ?? [],
      }))
    })
}

/** {@return the operations in which each of the words stands: the method, the path, the summary or the bundle} */
export function matching(all: readonly Operation[], words: string): Operation[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return all.filter(({ method, path, summary, bundles }) => {
    const text = `${method} ${path} ${summary} ${bundles.join(' ')}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}
