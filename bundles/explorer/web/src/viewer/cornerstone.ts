import * as core from '@cornerstonejs/core'
import * as tools from '@cornerstonejs/tools'
import * as loader from '@cornerstonejs/dicom-image-loader'
import { sharedToken } from '@/api/client'
import type { StackImage } from './images'

export { core, tools }

export const STACK_GROUP = 'stacks'
export const MPR_GROUP = 'planes'

/** Tools for the left button, by the names under which the page offers them. */
export const TOOLS = {
  window: tools.WindowLevelTool.toolName,
  pan: tools.PanTool.toolName,
  zoom: tools.ZoomTool.toolName,
  scroll: tools.StackScrollTool.toolName,
  length: tools.LengthTool.toolName,
  angle: tools.AngleTool.toolName,
  rectangle: tools.RectangleROITool.toolName,
  ellipse: tools.EllipticalROITool.toolName,
  probe: tools.ProbeTool.toolName,
  crosshairs: tools.CrosshairsTool.toolName,
} as const

export type ToolName = keyof typeof TOOLS

const { MouseBindings } = tools.Enums
let engine: core.RenderingEngine | undefined
const CACHE_BYTES = 1_500_000_000

/** How measurements look. */
const MEASUREMENTS = {
  color: 'rgb(255, 214, 92)', colorHighlighted: 'rgb(255, 236, 170)', colorSelected: 'rgb(120, 220, 160)', lineWidth: '1.5',
  textBoxColor: 'rgb(255, 228, 140)', textBoxColorHighlighted: 'rgb(255, 240, 190)', textBoxColorSelected: 'rgb(150, 235, 185)',
  textBoxFontFamily: 'system-ui, sans-serif', textBoxFontSize: '13px',
}

/**
 * Prepares the library at the first use. Where the browser has no WebGL, or emulates it on the processor, the library draws stacks
 * on the processor without it: an image takes a tenth of the time, and no shader has to be compiled for the first one.
 */
export function renderingEngine(): core.RenderingEngine {
  if (engine) return engine
  // One context serves all panes. The library makes seven at its start otherwise, each in 0.3 s where WebGL is emulated.
  core.init({ rendering: { webGlContextCount: 1 } } as Parameters<typeof core.init>[0])
  if (core.getRenderingCapabilities().softwareRasterizer) core.setUseCPURendering(true, false)
  core.cache.setMaxCacheSize(CACHE_BYTES)
  tools.init()
  loader.init({
    maxWebWorkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1)),
    beforeSend: (): Record<string, string> => (sharedToken === '' ? {} : { token: sharedToken }),
  })
  const classes = [
    tools.WindowLevelTool, tools.PanTool, tools.ZoomTool, tools.StackScrollTool, tools.LengthTool, tools.AngleTool,
    tools.RectangleROITool, tools.EllipticalROITool, tools.ProbeTool, tools.CrosshairsTool,
  ]
  classes.forEach((one) => tools.addTool(one))
  group(STACK_GROUP, classes.filter((one) => one !== tools.CrosshairsTool))
  group(MPR_GROUP, classes)
  const { style } = tools.annotation.config
  const usual = style.getDefaultToolStyles()
  style.setDefaultToolStyles({ ...usual, global: { ...usual.global, ...MEASUREMENTS } })
  engine = new core.RenderingEngine('viewer')
  return engine
}

/** Does a task with WebGL, which volumes need even where it is emulated. {@return the value of the task} */
export function withWebGl<T>(task: () => T): T {
  const { webgl, softwareRasterizer } = core.getRenderingCapabilities()
  if (!webgl || !softwareRasterizer) return task()
  core.setUseCPURendering(false, false)
  try {
    return task()
  } finally {
    core.setUseCPURendering(true, false)
  }
}

function group(id: string, classes: { toolName: string }[]) {
  const made = tools.ToolGroupManager.createToolGroup(id)!
  classes.forEach((one) => made.addTool(one.toolName))
  chooseIn(made, 'window')
}

function chooseIn(made: NonNullable<ReturnType<typeof tools.ToolGroupManager.getToolGroup>>, name: ToolName) {
  for (const tool of Object.values(TOOLS)) {
    // Cross hairs want at least two viewports before they are touched.
    if (made.hasTool(tool) && (tool !== TOOLS.crosshairs || made.getViewportIds().length > 1)) made.setToolPassive(tool, { removeAllBindings: true })
  }
  if (made.id !== MPR_GROUP && name === 'crosshairs') name = 'window'
  if (made.id === MPR_GROUP && name !== 'crosshairs' && made.getViewportIds().length > 0) made.setToolEnabled(TOOLS.crosshairs)
  const bindings = new Map<string, { mouseButton?: number; numTouchPoints?: number }[]>()
  const bind = (tool: string, binding: { mouseButton?: number; numTouchPoints?: number }) =>
    bindings.set(tool, [...(bindings.get(tool) ?? []), binding])
  bind(TOOLS[name], { mouseButton: MouseBindings.Primary })
  bind(TOOLS[name], { numTouchPoints: 1 })
  bind(TOOLS.pan, { mouseButton: MouseBindings.Auxiliary })
  bind(TOOLS.zoom, { mouseButton: MouseBindings.Secondary })
  bind(TOOLS.zoom, { numTouchPoints: 2 })
  bind(TOOLS.pan, { numTouchPoints: 3 })
  bind(TOOLS.scroll, { mouseButton: MouseBindings.Wheel })
  bindings.forEach((list, tool) => made.setToolActive(tool, { bindings: list }))
}

/** Puts a tool on the left button and one finger. The wheel scrolls, the right button zooms, the middle one pans. */
export function chooseTool(name: ToolName) {
  renderingEngine()
  for (const id of [STACK_GROUP, MPR_GROUP]) {
    const made = tools.ToolGroupManager.getToolGroup(id)
    if (made && (id === STACK_GROUP || made.getViewportIds().length > 0)) chooseIn(made, name)
  }
}

/** Tells the library what the data sets of images say. */
export function register(images: StackImage[]) {
  renderingEngine()
  type Metadata = Parameters<typeof loader.wadors.metaDataManager.add>[1]
  for (const image of images) loader.wadors.metaDataManager.add(image.imageId, image.dataset as unknown as Metadata)
}

const AT_ONCE = 4

/** Loads images that are not shown yet, those next to `from` first. Stops when told to. */
export async function prefetch(imageIds: string[], from: number, signal: AbortSignal, progress: (loaded: number) => void) {
  const order = imageIds.map((_, i) => i).sort((a, b) => Math.abs(a - from) - Math.abs(b - from))
  let loaded = 0
  const worker = async () => {
    for (let next = order.shift(); next !== undefined && !signal.aborted; next = order.shift()) {
      try {
        await core.imageLoader.loadAndCacheImage(imageIds[next]!)
      } catch {
        // The image says why when it is to be shown.
      }
      progress(++loaded)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** Letters at the edges of a picture, such as `L` and `P`. */
export interface Directions {
  left: string
  right: string
  top: string
  bottom: string
}

/** {@return the letters at the edges of the plane that a camera shows; "" where the camera has no place in a patient} */
export function directions(camera: { viewUp?: core.Types.Point3; viewPlaneNormal?: core.Types.Point3 }): Directions {
  const { viewUp: up, viewPlaneNormal: n } = camera
  if (!up || !n) return { left: '', right: '', top: '', bottom: '' }
  const right: core.Types.Point3 = [up[1] * n[2] - up[2] * n[1], up[2] * n[0] - up[0] * n[2], up[0] * n[1] - up[1] * n[0]]
  const { getOrientationStringLPS, invertOrientationStringLPS } = tools.utilities.orientation
  const east = getOrientationStringLPS(right)
  const north = getOrientationStringLPS(up)
  return { left: invertOrientationStringLPS(east), right: east, top: north, bottom: invertOrientationStringLPS(north) }
}
