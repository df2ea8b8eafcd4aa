import { reactive, watch } from 'vue'

/** The choices of a person for this browser; they stay in the browser's local storage. */
export interface Settings {
  theme: 'system' | 'light' | 'dark'
  language: string
  pageSize: number
  columns: Record<string, string[]>
  personNames: 'words' | 'raw'
}

const KEY = 'isengard.explorer.settings'

const DEFAULTS: Settings = { theme: 'system', language: '', pageSize: 50, columns: {}, personNames: 'words' }

/** Reads stored settings; anything that does not have the shape of a setting is left at its default. */
export function readSettings(stored: string | null): Settings {
  const result: Settings = { ...DEFAULTS, columns: {} }
  let value: unknown
  try {
    value = JSON.parse(stored ?? '{}')
  } catch {
    return result
  }
  if (typeof value !== 'object' || value === null) return result
  const map = value as Record<string, unknown>
  if (map.theme === 'light' || map.theme === 'dark') result.theme = map.theme
  if (map.personNames === 'raw') result.personNames = 'raw'
  if (typeof map.language === 'string') result.language = map.language
  if (typeof map.pageSize === 'number' && map.pageSize >= 10 && map.pageSize <= 500) result.pageSize = map.pageSize
  if (typeof map.columns === 'object' && map.columns !== null) {
    for (const [level, columns] of Object.entries(map.columns)) {
      if (Array.isArray(columns) && columns.every((c) => typeof c === 'string')) result.columns[level] = columns
    }
  }
  return result
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null // The browser forbids storage: the settings last as long as the page.
  }
}

export const settings = reactive(readSettings(stored()))

watch(settings, (value) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(value))
  } catch {
    // As above.
  }
})
