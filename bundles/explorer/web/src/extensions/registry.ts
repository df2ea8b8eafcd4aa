import { ref, shallowReactive } from 'vue'
import type { Level, Resource } from '@/api/types'
import { addMessages, translate } from '@/i18n'
import { say } from '@/shell/useMessages'

/**
 * The interface `isengard.v1` of scripts that plugins add by `/plugins/explorer.js`. Everything that a plugin registers goes
 * when its script is no longer served; an extension that throws is marked as broken and touches nothing else.
 */

interface Common {
  id: string
  title: string
}

export interface ActionExtension extends Common {
  level: Level
  run(resources: Resource[]): unknown
}

export interface ColumnExtension extends Common {
  level: Level
  value(resource: Resource): string
}

export interface PanelExtension extends Common {
  level: Level
  /** Fills an element that is empty; may return a function that ends it. */
  mount(element: HTMLElement, resource: Resource): unknown
}

export interface PageExtension extends Common {
  mount(element: HTMLElement): unknown
}

export interface ViewerExtension extends Common {
  /** SOP class UIDs of the instances that the viewer shows. */
  sopClasses: string[]
  /** Fills an element that is empty with an instance; may return a function that ends it. */
  mount(element: HTMLElement, resource: Resource): unknown
}

interface Kinds {
  action: ActionExtension
  column: ColumnExtension
  panel: PanelExtension
  page: PageExtension
  viewer: ViewerExtension
}

export type ExtensionKind = keyof Kinds

interface Entry {
  kind: ExtensionKind
  value: Kinds[ExtensionKind]
}

const entries = shallowReactive<Entry[]>([])

/** The message of the failure of each broken extension, by the identifier of the extension; "script" stands for the script as a whole. */
export const broken = ref<Record<string, string>>({})

export function extensions<K extends ExtensionKind>(kind: K): Kinds[K][] {
  return entries.filter((entry) => entry.kind === kind).map((entry) => entry.value as Kinds[K])
}

export function extensionsAt<K extends 'action' | 'column' | 'panel'>(kind: K, level: Level): Kinds[K][] {
  return extensions(kind).filter((each) => each.level === level)
}

/** {@return the viewer that a plugin registered for a SOP class; none where it has failed, so that the page's own view serves} */
export function viewerFor(sopClass: string): ViewerExtension | undefined {
  return extensions('viewer').find((each) => each.sopClasses.includes(sopClass) && broken.value[each.id] === undefined)
}

export function markBroken(id: string, error: unknown) {
  broken.value = { ...broken.value, [id]: error instanceof Error ? error.message : String(error) }
}

/** Runs a part of an extension; a failure marks it and is told. */
export async function guarded<T>(id: string, task: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await task()
  } catch (error) {
    markBroken(id, error)
    say(translate('extension.failed', { id, reason: broken.value[id] ?? '' }), 'error')
    return undefined
  }
}

/** {@return the text that a column of an extension shows for a resource; "" where it fails} */
export function columnValue(column: ColumnExtension, resource: Resource): string {
  try {
    return String(column.value(resource) ?? '')
  } catch (error) {
    // While the page renders: marked once, told nowhere.
    if (!broken.value[column.id]) queueMicrotask(() => markBroken(column.id, error))
    return ''
  }
}

function register<K extends ExtensionKind>(kind: K, value: Kinds[K], needed: (keyof Kinds[K])[]) {
  for (const field of ['id', 'title', ...needed] as (keyof Kinds[K])[]) {
    if (value?.[field] === undefined) throw new TypeError(`isengard.v1.${kind}: the field "${String(field)}" is missing`)
  }
  const at = entries.findIndex((entry) => entry.kind === kind && entry.value.id === value.id)
  const entry: Entry = { kind, value: Object.freeze({ ...value }) as unknown as Kinds[K] }
  if (at >= 0) entries.splice(at, 1, entry)
  else entries.push(entry)
}

export function clearExtensions() {
  entries.splice(0)
  broken.value = {}
}

/** {@return the object that scripts see as `isengard.v1`} */
export function createInterface(address: (path: string) => string) {
  return Object.freeze({
    action: (value: ActionExtension) => register('action', value, ['level', 'run']),
    column: (value: ColumnExtension) => register('column', value, ['level', 'value']),
    panel: (value: PanelExtension) => register('panel', value, ['level', 'mount']),
    page: (value: PageExtension) => register('page', value, ['mount']),
    viewer: (value: ViewerExtension) => register('viewer', value, ['sopClasses', 'mount']),
    translation: (language: string, messages: Record<string, unknown>) => addMessages(language, messages),
    /** The address of a route, whatever stands in front of the server. */
    address,
    notify: (text: string, kind: 'success' | 'error' | 'info' = 'info') => say(String(text), kind),
  })
}
