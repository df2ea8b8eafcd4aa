import { send, path } from '@/api/client'
import { core, tools } from './cornerstone'
import { text } from './dataset'
import type { StackImage } from './images'
import { drawFrame, planOf, type Segment, type SegmentationPlan } from './segments'
import { instanceId, loadMetadata, type ViewedSeries } from './study'

export interface LoadedSegmentation {
  series: ViewedSeries
  plan: SegmentationPlan
  bits: Uint8Array
}

export interface ShownSegmentation {
  id: string
  segments: Segment[]
}

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
  return { series, plan, bits: new Uint8Array(content) }
}

/** Lays a segmentation over the images of a viewport. Frames that name no image there are left out. */
export function showSegmentation(viewportId: string, images: StackImage[], loaded: LoadedSegmentation): ShownSegmentation {
  const { plan, bits } = loaded
  const id = `seg-${loaded.series.id}-${viewportId}`
  if (!tools.segmentation.state.getSegmentation(id)) {
    const derived = core.imageLoader.createAndCacheDerivedLabelmapImages(images.map((one) => one.imageId))
    const indices = new Map(images.map((one, i) => [one.sopInstance, i]))
    let found = 0
    plan.frames.forEach((frame, number) => {
      const index = indices.get(frame.sopInstance)
      const image = index === undefined ? undefined : derived[index]
      if (!image || image.rows !== plan.rows || image.columns !== plan.columns) return
      found += drawFrame(bits, number, frame.segment, image.getPixelData())
    })
    if (found === 0) throw new Error('No frame of the segmentation lies on these images')
    tools.segmentation.addSegmentations([
      {
        segmentationId: id,
        representation: {
          type: tools.Enums.SegmentationRepresentations.Labelmap,
          data: { imageIds: derived.map((one) => one.imageId) },
        },
      },
    ])
  }
  tools.segmentation.addLabelmapRepresentationToViewport(viewportId, [{ segmentationId: id }])
  for (const segment of plan.segments) {
    tools.segmentation.config.color.setSegmentIndexColor(viewportId, id, segment.number, [...segment.colour, 255])
  }
  return { id, segments: plan.segments }
}

export function hideSegmentation(viewportId: string, id: string) {
  tools.segmentation.removeLabelmapRepresentation(viewportId, id)
  tools.segmentation.removeSegmentation(id)
}

export function setSegmentVisible(viewportId: string, id: string, segment: number, visible: boolean) {
  tools.segmentation.config.visibility.setSegmentIndexVisibility(
    viewportId,
    { segmentationId: id, type: tools.Enums.SegmentationRepresentations.Labelmap },
    segment,
    visible,
  )
}
