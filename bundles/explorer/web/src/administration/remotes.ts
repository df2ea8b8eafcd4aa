/** The other systems that a person configures: fields of their entries, in Orthanc's names. */

export type RemoteList = 'modalities' | 'peers' | 'dicomweb'

export interface Field {
  key: string
  kind: 'text' | 'number' | 'flag' | 'choice' | 'secret'
  choices?: string[]
  needed?: boolean
  usual: string | number | boolean
}

export const ROUTES: Record<RemoteList, string[]> = {
  modalities: ['modalities'],
  peers: ['peers'],
  dicomweb: ['dicom-web', 'servers'],
}

const ALLOW = ['AllowEcho', 'AllowStore', 'AllowFind', 'AllowFindWorklist', 'AllowGet', 'AllowMove', 'AllowNAction', 'AllowTranscoding']

export const FIELDS: Record<RemoteList, Field[]> = {
  modalities: [
    { key: 'AET', kind: 'text', needed: true, usual: '' },
    { key: 'Host', kind: 'text', needed: true, usual: '' },
    { key: 'Port', kind: 'number', needed: true, usual: 104 },
    { key: 'Manufacturer', kind: 'choice', choices: ['Generic', 'GenericNoWildcardInDates', 'GenericNoUniversalWildcard', 'Vitrea', 'GE'], usual: 'Generic' },
    { key: 'LocalAet', kind: 'text', usual: '' },
    { key: 'Timeout', kind: 'number', usual: 0 },
    { key: 'RetrieveMethod', kind: 'choice', choices: ['SystemDefault', 'C-MOVE', 'C-GET'], usual: 'SystemDefault' },
    { key: 'UseDicomTls', kind: 'flag', usual: false },
    ...ALLOW.map((key): Field => ({ key, kind: 'flag', usual: true })),
  ],
  peers: [
    { key: 'Url', kind: 'text', needed: true, usual: 'http://' },
    { key: 'Username', kind: 'text', usual: '' },
    { key: 'Password', kind: 'secret', usual: '' },
    { key: 'Timeout', kind: 'number', usual: 0 },
  ],
  dicomweb: [
    { key: 'Url', kind: 'text', needed: true, usual: 'http://' },
    { key: 'Username', kind: 'text', usual: '' },
    { key: 'Password', kind: 'secret', usual: '' },
    { key: 'Timeout', kind: 'number', usual: 0 },
  ],
}

export type Entry = Record<string, unknown>

/** {@return the entry to send: what the form has, on top of what the server knew and the form does not show} */
export function entryOf(list: RemoteList, form: Entry, former: Entry): Entry {
  const result: Entry = { ...former }
  for (const field of FIELDS[list]) {
    const value = form[field.key]
    // An empty secret or name is left out: the server would take it for one.
    if ((field.kind === 'secret' || field.kind === 'text') && value === '' && !field.needed) delete result[field.key]
    else result[field.key] = field.kind === 'number' ? Number(value) : value
  }
  return result
}

/** One sample of Prometheus's text format; labels stay with the name. */
export interface Metric {
  name: string
  help: string
  value: number
}

export function parseMetrics(text: string): Metric[] {
  const help = new Map<string, string>()
  const metrics: Metric[] = []
  for (const line of text.split('\n')) {
    const comment = /^# HELP (\S+) (.*)$/.exec(line)
    if (comment) help.set(comment[1] ?? '', comment[2] ?? '')
    const sample = /^([a-zA-Z_:][\w:]*)(\{[^}]*\})? (\S+)/.exec(line)
    if (sample && Number.isFinite(Number(sample[3]))) {
      metrics.push({ name: sample[1]! + (sample[2] ?? ''), help: help.get(sample[1]!) ?? '', value: Number(sample[3]) })
    }
  }
  return metrics
}

/** Points of a line through values, in a box of 100 by 30. */
export function sparkline(values: readonly number[]): string {
  if (values.length < 2) return ''
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const y = (v: number) => (high === low ? 15 : 28 - (26 * (v - low)) / (high - low))
  return values.map((v, i) => `${((100 * i) / (values.length - 1)).toFixed(1)},${y(v).toFixed(1)}`).join(' ')
}
