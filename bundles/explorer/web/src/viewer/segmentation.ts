import { path, send } from '@/api/client'
import type { core } from './cornerstone'
import { numbers, text } from './dataset'
import type { StackImage } from './images'
import { drawFrame, planOf, type SegmentationPlan } from './segments'
import { instanceId, loadMetadata, type ViewedSeries } from './study'

export interface LoadedSegmentation {
  series: ViewedSeries
  plan: SegmentationPlan
  bits: Uint8Array
  /** Numbers of the frames that lie on each image. */
  frames: Map<string, number[]>
}

const OPACITY = 105

/** Loads a segmentation: its header, and the bits of all frames. */
export async function loadSegmentation(series: ViewedSeries): Promise<LoadedSegmentation> {
  const dataset = (await loadMetadata(series))[0]
  if (!dataset) throw new Error('The series is empty')
  const type = text(dataset, '00620001')
  if (type !== 'BINARY') throw new Error(`Segmentation Type ${type || '?'}`)
  const instance = await instanceId(series, text(dataset, '00080018'))
  const plan = planOf(dataset)
  const content = await (await send('GET', path('instances', instance, 'content', '7fe0-0010', 0))).arrayBuffer()
  const needed = Math.ceil((plan.rows * plan.columns * plan.frames.length) / 8)
  if (content.byteLength < needed) throw new Error(`Pixel Data has ${content.byteLength} of ${needed} bytes`)
  const frames = new Map<string, number[]>()
  plan.frames.forEach((frame, i) => frames.set(frame.sopInstance, [...(frames.get(frame.sopInstance) ?? []), i]))
  return { series, plan, bits: new Uint8Array(content), frames }
}

/** {@return the pixels of the segments on an image, or nothing where there are none} */
function paint(loaded: LoadedSegmentation, image: StackImage, hidden: ReadonlySet<number>): ImageData | undefined {
  const { plan } = loaded
  const frames = (loaded.frames.get(image.sopInstance) ?? []).filter((i) => !hidden.has(plan.frames[i]!.segment))
  if (frames.length === 0) return undefined
  const labels = new Uint8Array(plan.rows * plan.columns)
  for (const i of frames) drawFrame(loaded.bits, i, plan.frames[i]!.segment, labels)
  const colours = new Map(plan.segments.map((one) => [one.number, one.colour]))
  const picture = new ImageData(plan.columns, plan.rows)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (label === 0) continue
    const colour = colours.get(label) ?? [255, 80, 80]
    const column = i % plan.columns
    const edge =
      column === 0 || column === plan.columns - 1 || labels[i - 1] !== label || labels[i + 1] !== label ||
      labels[i - plan.columns] !== label || labels[i + plan.columns] !== label
    picture.data.set([...colour, edge ? 255 : OPACITY], 4 * i)
  }
  return picture
}

/** Draws the segments on the image that a viewport shows; a canvas over it takes them. */
export function drawSegments(
  canvas: HTMLCanvasElement, viewport: core.StackViewport, image: StackImage, loaded: LoadedSegmentation, hidden: ReadonlySet<number>,
) {
  const scale = globalThis.devicePixelRatio || 1
  canvas.width = Math.round(canvas.clientWidth * scale)
  canvas.height = Math.round(canvas.clientHeight * scale)
  const context = canvas.getContext('2d')
  const picture = paint(loaded, image, hidden)
  const position = numbers(image.dataset, '00200032')
  const axes = numbers(image.dataset, '00200037')
  const [rowSpacing, columnSpacing] = numbers(image.dataset, '00280030')
  if (!context || !picture || position.length !== 3 || axes.length !== 6 || !rowSpacing || !columnSpacing) return
  // Corners of the image, half a pixel outside of the centres of its pixels (PS3.3 section C.7.6.2.1.1).
  const at = (column: number, row: number) => {
    const world = [0, 1, 2].map((i) => position[i]! + axes[i]! * columnSpacing * (column - 0.5) + axes[i + 3]! * rowSpacing * (row - 0.5))
    return viewport.worldToCanvas(world as core.Types.Point3)
  }
  const origin = at(0, 0)
  const right = at(picture.width, 0)
  const below = at(0, picture.height)
  const source = document.createElement('canvas')
  source.width = picture.width
  source.height = picture.height
  source.getContext('2d')!.putImageData(picture, 0, 0)
  context.setTransform(
    (scale * (right[0] - origin[0])) / picture.width, (scale * (right[1] - origin[1])) / picture.width,
    (scale * (below[0] - origin[0])) / picture.height, (scale * (below[1] - origin[1])) / picture.height,
    scale * origin[0], scale * origin[1],
  )
  context.drawImage(source, 0, 0)
}
