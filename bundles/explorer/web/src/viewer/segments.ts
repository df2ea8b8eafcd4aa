import { item, items, number, numbers, text, type Dataset } from './dataset'
import { frameCount } from './images'

export interface Segment {
  number: number
  label: string
  colour: [number, number, number]
}

export interface SegmentFrame {
  segment: number
  /** The image it lies on, if the file names one. */
  sopInstance: string
  position: number[]
}

export interface SegmentationPlan {
  rows: number
  columns: number
  segments: Segment[]
  frames: SegmentFrame[]
  seriesUid: string
}

const FALLBACK: [number, number, number][] = [[230, 90, 70], [90, 180, 240], [120, 200, 110], [240, 190, 70], [190, 130, 230], [80, 210, 190]]

/** CIELab as DICOM scales it (PS3.3 section C.10.7.1.1) to sRGB. */
export function labToRgb(lab: number[]): [number, number, number] {
  const l = (lab[0]! / 65535) * 100
  const a = (lab[1]! / 65535) * 255 - 128
  const b = (lab[2]! / 65535) * 255 - 128
  const fy = (l + 16) / 116
  const inverse = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29))
  const x = 0.9505 * inverse(fy + a / 500)
  const y = inverse(fy)
  const z = 1.089 * inverse(fy - b / 200)
  const linear = [3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z, 0.0557 * x - 0.204 * y + 1.057 * z]
  return linear.map((value) => {
    const gamma = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055
    return Math.round(255 * Math.max(0, Math.min(1, gamma)))
  }) as [number, number, number]
}

/** {@return the segments and frames that the header of a segmentation describes (PS3.3 section C.8.20)} */
export function planOf(dataset: Dataset): SegmentationPlan {
  const segments = items(dataset, '00620002').map((one, i) => {
    const lab = numbers(one, '0062000D')
    return {
      number: number(one, '00620004') ?? i + 1,
      label: text(one, '00620005'),
      colour: lab.length === 3 ? labToRgb(lab) : FALLBACK[i % FALLBACK.length]!,
    }
  })
  const shared = item(dataset, '52009229')
  const perFrame = items(dataset, '52009230')
  const frames = Array.from({ length: frameCount(dataset) }, (_, i) => {
    const one = perFrame[i]
    const derivation = item(one, '00089124') ?? item(shared, '00089124')
    return {
      segment: number(item(one, '0062000A') ?? item(shared, '0062000A'), '0062000B') ?? 1,
      sopInstance: text(item(derivation, '00082112'), '00081155'),
      position: numbers(item(one, '00209113'), '00200032'),
    }
  })
  return {
    rows: number(dataset, '00280010') ?? 0,
    columns: number(dataset, '00280011') ?? 0,
    segments,
    frames,
    seriesUid: text(item(dataset, '00081115'), '0020000E'),
  }
}

/**
 * Writes one frame of packed bits (PS3.5 section 8.1.1) into labels.
 *
 * @param labels rows times columns, in rows from the top
 * @return how many pixels are set
 */
export function drawFrame(bits: Uint8Array, frame: number, segment: number, labels: { [index: number]: number; length: number }): number {
  const start = frame * labels.length
  let count = 0
  for (let i = 0; i < labels.length; i++) {
    const bit = start + i
    const byte = bits[bit >> 3]
    if (byte === undefined) break
    if ((byte >> (bit & 7)) & 1) {
      labels[i] = segment
      count++
    }
  }
  return count
}
