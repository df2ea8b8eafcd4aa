/** Values of DICOM files as text that a person can read and that cannot disguise itself. */

/** Controls (but tab, line feed, carriage return), bidirectional marks, embeddings and isolates, invisible joiners. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/** Shows characters that do not show themselves, and cuts long values. */
export function visible(value: string, limit: number): string {
  const cut = value.length > limit ? `${value.slice(0, limit)}…` : value
  return cut.replace(HIDDEN, (c) => {
    const code = c.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}

/** A person name (PS3.5 section 6.2.1.2): "Family, Prefix Given Middle, Suffix" of its first group that is not empty. */
export function personName(value: string): string {
  const group = value.split('=').find((g) => g.replaceAll('^', '').trim() !== '') ?? ''
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim())
  const rest = [prefix, given, middle].filter((part) => part !== '').join(' ')
  return [family, rest, suffix].filter((part) => part !== '').join(', ')
}

/** {@return the day of a DA value, or nothing if it is none} */
export function dayOf(value: string): Date | undefined {
  const match = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})$/.exec(value.trim())
  if (!match) return undefined
  const [, year, month, day] = match
  const date = new Date(Number(year), Number(month) - 1, Number(day))
  return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date : undefined
}

/** A DA value in the form of a language; other text stays as it is. */
export function showDate(value: string, language: string): string {
  const day = dayOf(value)
  if (!day) return value
  return new Intl.DateTimeFormat(language, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(day)
}

/** A TM value as hours, minutes and seconds; other text stays as it is. */
export function showTime(value: string): string {
  const match = /^(\d{2})(\d{2})(\d{2})?(\.\d+)?$/.exec(value.trim())
  return match ? [match[1], match[2], match[3]].filter((part) => part !== undefined).join(':') : value
}

/** Orthanc's dates (`20240131T101500`, UTC) in the form of a language. */
export function showInstant(value: string, language: string): string {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/.exec(value)
  if (!match) return value
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  return new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(date)
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

/** A number of bytes in the form of a language. */
export function showBytes(bytes: number, language: string): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value)
}

/** `YYYYMMDD` of a day, as DICOM writes it. */
export function dicomDay(date: Date): string {
  const pad = (n: number, width: number) => String(n).padStart(width, '0')
  return pad(date.getFullYear(), 4) + pad(date.getMonth() + 1, 2) + pad(date.getDate(), 2)
}
