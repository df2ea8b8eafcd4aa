import { bareAddress, path } from '@/api/client'
import { item, number, numbers, text, type Dataset } from './dataset'
import type { ViewedSeries } from './study'

/** One image of a stack: a frame of an instance. */
export interface StackImage {
  imageId: string
  sopInstance: string
  /** From 1. */
  frame: number
  dataset: Dataset
  /** Where it lies along the normal of its plane, in millimetres. */
  position?: number
  frameOfReference: string
}

const ORIENTATION = '00200037'
const POSITION = '00200032'

function cross(a: number[], b: number[]): number[] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!]
}

/** {@return the place along the normal in millimetres, if the data set says it (PS3.3 section C.7.6.2.1.1)} */
export function positionOf(dataset: Dataset, frame = 1): number | undefined {
  const perFrame = (dataset['52009230']?.Value?.[frame - 1] ?? undefined) as Dataset | undefined
  const shared = item(dataset, '52009229')
  const position = numbers(item(perFrame, '00209113') ?? item(shared, '00209113') ?? dataset, POSITION)
  const orientation = numbers(item(perFrame, '00209116') ?? item(shared, '00209116') ?? dataset, ORIENTATION)
  if (position.length !== 3 || orientation.length !== 6) return undefined
  const normal = cross(orientation.slice(0, 3), orientation.slice(3))
  return normal[0]! * position[0]! + normal[1]! * position[1]! + normal[2]! * position[2]!
}

/** {@return frames of an instance; what is no number or not positive is one} */
export function frameCount(dataset: Dataset): number {
  const frames = number(dataset, '00280008') ?? 1
  return frames >= 1 && frames <= 100_000 ? Math.floor(frames) : 1
}

function sameOrientation(datasets: Dataset[]): boolean {
  const first = numbers(datasets[0], ORIENTATION)
  if (first.length !== 6) return false
  return datasets.every((dataset) => {
    const other = numbers(dataset, ORIENTATION)
    return other.length === 6 && other.every((value, i) => Math.abs(value - first[i]!) < 1e-3)
  })
}

/**
 * The images of a series in the order of reading: parallel slices by their place, from the head down as instance numbers
 * usually run; others by instance number.
 */
export function stackOf(series: ViewedSeries, metadata: Dataset[]): StackImage[] {
  const datasets = metadata.filter((dataset) => dataset['00280010'] !== undefined)
  const byNumber = (a: Dataset, b: Dataset) => (number(a, '00200013') ?? 0) - (number(b, '00200013') ?? 0)
  const sorted = [...datasets].sort(byNumber)
  if (sorted.length > 1 && sameOrientation(sorted) && sorted.every((one) => positionOf(one) !== undefined && frameCount(one) === 1)) {
    const falling = positionOf(sorted[0]!)! > positionOf(sorted.at(-1)!)!
    sorted.sort((a, b) => (positionOf(a)! - positionOf(b)!) * (falling ? -1 : 1) || byNumber(a, b))
  }
  return sorted.flatMap((dataset) => {
    const sopInstance = text(dataset, '00080018')
    const root = bareAddress(path('dicom-web', 'studies', series.studyUid, 'series', series.uid, 'instances', sopInstance))
    return Array.from({ length: frameCount(dataset) }, (_, i) => ({
      imageId: `wadors:${root}/frames/${i + 1}`,
      sopInstance,
      frame: i + 1,
      dataset,
      position: positionOf(dataset, i + 1),
      frameOfReference: text(dataset, '00200052'),
    }))
  })
}

/** {@return the index of the image that a stack shows first: the named one, else the middle of slices and the first frame of a cine} */
export function startOf(stack: StackImage[], sopInstance: string | undefined): number {
  const wanted = stack.findIndex((one) => one.sopInstance === sopInstance)
  if (wanted >= 0) return wanted
  return stack.length > 1 && stack[1]!.frame === 1 ? Math.floor(stack.length / 2) : 0
}

/** {@return whether the images are slices of one volume: parallel, at least three, at equal distances} */
export function isVolume(images: StackImage[]): boolean {
  if (images.length < 3 || images.some((one) => one.position === undefined || one.frame > 1)) return false
  const datasets = images.map((one) => one.dataset)
  if (!sameOrientation(datasets) || numbers(datasets[0], '00280030').length !== 2) return false
  const step = (images.at(-1)!.position! - images[0]!.position!) / (images.length - 1)
  return Math.abs(step) > 1e-3 && images.every((one, i) => Math.abs(one.position! - images[0]!.position! - i * step) < Math.abs(step) * 0.3)
}

/** {@return the index of the image nearest to the place of another one; nothing where the two share no frame of reference} */
export function nearest(images: StackImage[], other: StackImage): number | undefined {
  if (other.position === undefined) return undefined
  let best: number | undefined
  images.forEach((one, i) => {
    if (one.position === undefined || one.frameOfReference === '' || one.frameOfReference !== other.frameOfReference) return
    const distance = Math.abs(one.position - other.position!)
    if (best === undefined || distance < Math.abs(images[best]!.position! - other.position!)) best = i
  })
  return best
}

/** {@return milliseconds from frame to frame (PS3.3 section C.7.6.5)} */
export function frameTime(dataset: Dataset | undefined): number {
  const time = number(dataset, '00181063')
  const rate = number(dataset, '00082144') ?? number(dataset, '00180040')
  if (time !== undefined && time >= 5) return Math.min(2000, time)
  return rate !== undefined && rate > 0 ? Math.max(5, Math.min(2000, 1000 / rate)) : 66
}
