import { item, items, number, text, type Dataset } from './dataset'

/** One lead, in millivolts where the file says how to get there, else in its own unit. */
export interface Channel {
  label: string
  unit: string
  samples: Float32Array
}

export interface Waveform {
  label: string
  /** Samples per second. */
  rate: number
  channels: Channel[]
  notes: string[]
}

const MAX_SAMPLES = 50_000_000
const TO_MILLIVOLT: Record<string, number> = { uV: 0.001, mV: 1, V: 1000 }

/**
 * Reads one multiplex group (PS3.3 section C.10.9.1).
 *
 * @param bytes of Waveform Data, little endian, channels interleaved
 * @throws Error with words where the group is damaged or of an unknown kind
 */
export function readWaveform(group: Dataset, bytes: ArrayBuffer, notes: string[] = []): Waveform {
  const channels = number(group, '003A0005') ?? 0
  const samples = number(group, '003A0010') ?? 0
  const bits = number(group, '54001004') ?? 0
  const kind = text(group, '54001006')
  const rate = number(group, '003A001A') ?? 0
  const size = bits / 8
  if (channels < 1 || samples < 1 || rate <= 0 || channels * samples > MAX_SAMPLES) throw new Error(`${channels} × ${samples} @ ${rate} Hz`)
  if (!(size === 1 || size === 2 || size === 4) || !['SB', 'UB', 'SS', 'US', 'SL', 'UL'].includes(kind)) throw new Error(`${bits} ${kind}`)
  const available = Math.min(samples, Math.floor(bytes.byteLength / (size * channels)))
  const view = new DataView(bytes)
  const signed = kind.startsWith('S')
  const read = (at: number) => {
    if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at)
    if (size === 2) return signed ? view.getInt16(at, true) : view.getUint16(at, true)
    return signed ? view.getInt32(at, true) : view.getUint32(at, true)
  }
  const definitions = items(group, '003A0200')
  return {
    label: text(group, '003A0020'),
    rate,
    notes,
    channels: Array.from({ length: channels }, (_, c) => {
      const definition = definitions[c]
      const code = text(item(definition, '003A0211'), '00080100')
      const factor = TO_MILLIVOLT[code] ?? 1
      const scale = (number(definition, '003A0210') ?? 1) * (number(definition, '003A0212') ?? 1) * factor
      const baseline = (number(definition, '003A0213') ?? 0) * factor
      const values = new Float32Array(available)
      for (let i = 0; i < available; i++) values[i] = read((i * channels + c) * size) * scale + baseline
      const label = text(definition, '003A0203') || text(item(definition, '003A0208'), '00080104') || String(c + 1)
      return { label: label.replace(/^Lead /, ''), unit: TO_MILLIVOLT[code] === undefined ? code : 'mV', samples: values }
    }),
  }
}

/** The usual scale of an ECG: 25 mm for a second, 10 mm for a millivolt. */
export const SPEED = 25
export const GAIN = 10

/**
 * The line of a lead as an SVG path, in millimetres.
 *
 * @param x where it begins
 * @param y of zero
 */
export function leadPath(samples: Float32Array, rate: number, from: number, to: number, x: number, y: number, gain = GAIN): string {
  const parts: string[] = []
  for (let i = Math.max(0, from); i < Math.min(to, samples.length); i++) {
    const px = x + ((i - from) / rate) * SPEED
    const py = y - samples[i]! * gain
    parts.push(`${parts.length === 0 ? 'M' : 'L'}${px.toFixed(2)} ${py.toFixed(2)}`)
  }
  return parts.join('')
}

/** Where a lead stands on the sheet. */
export interface Placed {
  channel: number
  /** Samples shown, half open. */
  from: number
  to: number
  /** Millimetres. */
  x: number
  y: number
}

const ROW = 26

/** Twelve leads stand in three rows of four, 2.5 seconds each, above lead II at full length; others one below the other. */
export function placeLeads(waveform: Waveform): { leads: Placed[]; width: number; height: number } {
  const length = waveform.channels[0]?.samples.length ?? 0
  const seconds = length / waveform.rate
  const twelve = waveform.channels.length === 12 && seconds >= 9
  const leads: Placed[] = []
  if (twelve) {
    const quarter = Math.floor(waveform.rate * 2.5)
    waveform.channels.forEach((_, channel) => {
      const column = Math.floor(channel / 3)
      leads.push({ channel, from: column * quarter, to: (column + 1) * quarter, x: 5 + column * 2.5 * SPEED, y: 18 + (channel % 3) * ROW })
    })
    leads.push({ channel: 1, from: 0, to: quarter * 4, x: 5, y: 18 + 3 * ROW })
    return { leads, width: 10 + 10 * SPEED, height: 4 * ROW + 10 }
  }
  waveform.channels.forEach((_, channel) => leads.push({ channel, from: 0, to: length, x: 5, y: 18 + channel * ROW }))
  return { leads, width: 10 + seconds * SPEED, height: waveform.channels.length * ROW + 10 }
}
