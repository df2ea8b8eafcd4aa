import {
  mdiAngleAcute, mdiArrowAll, mdiContrastCircle, mdiEllipseOutline, mdiEyedropper, mdiMagnifyPlusOutline, mdiRectangleOutline, mdiRuler,
  mdiUnfoldMoreHorizontal,
} from '@mdi/js'
import type { ToolName } from './cornerstone'

/** Layouts of the panes, and how many panes each has. */
export const LAYOUTS = { '1x1': 1, '1x2': 2, '2x1': 2, '2x2': 4 } as const

export type Layout = keyof typeof LAYOUTS

/** The tools that stacks and planes share, with their keys. */
export const TOOL_BUTTONS: readonly { name: ToolName; icon: string; key: string }[] = [
  { name: 'window', icon: mdiContrastCircle, key: 'W' },
  { name: 'scroll', icon: mdiUnfoldMoreHorizontal, key: 'S' },
  { name: 'zoom', icon: mdiMagnifyPlusOutline, key: 'Z' },
  { name: 'pan', icon: mdiArrowAll, key: 'P' },
  { name: 'length', icon: mdiRuler, key: 'L' },
  { name: 'angle', icon: mdiAngleAcute, key: 'A' },
  { name: 'rectangle', icon: mdiRectangleOutline, key: 'B' },
  { name: 'ellipse', icon: mdiEllipseOutline, key: 'E' },
  { name: 'probe', icon: mdiEyedropper, key: 'O' },
]
