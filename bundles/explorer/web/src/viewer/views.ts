import type { core } from './cornerstone'
import { range } from './windows'

/** Changes of how a viewport shows its image; the caller renders it then. */
export type ViewChange = (view: core.StackViewport) => void

export const rotate = (by: number): ViewChange => (view) => {
  const presentation = view.getViewPresentation()
  view.setViewPresentation({ ...presentation, rotation: ((presentation.rotation ?? 0) + by + 360) % 360 })
}

export const flipHorizontally: ViewChange = (view) => view.setCamera({ flipHorizontal: !view.getCamera().flipHorizontal })

export const flipVertically: ViewChange = (view) => view.setCamera({ flipVertical: !view.getCamera().flipVertical })

export const invert: ViewChange = (view) => view.setProperties({ invert: !view.getProperties().invert })

export const zoom = (factor: number): ViewChange => (view) => view.setZoom(Math.max(0.1, Math.min(40, view.getZoom() * factor)))

export const withWindow = (chosen: { centre: number; width: number }): ViewChange => (view) => {
  view.setProperties({ voiRange: range(chosen) })
}

export const reset: ViewChange = (view) => {
  view.resetProperties()
  view.resetCamera()
  view.setViewPresentation({ rotation: 0, flipHorizontal: false, flipVertical: false })
}
