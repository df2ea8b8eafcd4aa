import type { ToolName } from './cornerstone'
import type ImagePane from './ImagePane.vue'
import { TOOL_BUTTONS } from './toolbar'
import { flipHorizontally, flipVertically, invert, rotate, zoom } from './views'

type Pane = InstanceType<typeof ImagePane>

/** The parts of the page that keys change. */
export interface KeyTargets {
  pane: Pane | undefined
  chooseTool(name: ToolName): void
  /** Takes the n-th window, from 0. */
  chooseWindow(n: number): void
  reset(): void
  toggleTexts(): void
  showHelp(): void
}

const OF_PANE: Record<string, (pane: Pane) => unknown> = {
  ArrowUp: (pane) => pane.scroll(-1),
  ArrowDown: (pane) => pane.scroll(1),
  PageUp: (pane) => pane.scroll(-10),
  PageDown: (pane) => pane.scroll(10),
  Home: (pane) => pane.scrollTo(0),
  End: (pane) => pane.scrollTo(Number.MAX_SAFE_INTEGER),
  ' ': (pane) => pane.play(),
  r: (pane) => pane.apply(rotate(90)),
  h: (pane) => pane.apply(flipHorizontally),
  v: (pane) => pane.apply(flipVertically),
  i: (pane) => pane.apply(invert),
  k: (pane) => pane.nextKey(),
  '+': (pane) => pane.apply(zoom(1.25)),
  '-': (pane) => pane.apply(zoom(0.8)),
  Delete: (pane) => pane.clearMeasurements(),
}

const OF_PAGE: Record<string, (targets: KeyTargets) => void> = {
  x: (targets) => targets.reset(),
  t: (targets) => targets.toggleTexts(),
  '?': (targets) => targets.showHelp(),
}

/** {@return what a key does in the viewer; nothing where it belongs to a field, a dialog, a menu or the browser} */
export function keyAction(event: KeyboardEvent, targets: KeyTargets): (() => unknown) | undefined {
  const target = event.target as HTMLElement
  if (target.closest('input, textarea, select, [role=dialog], [role=menu]') && !target.matches('input[type=range]')) return undefined
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (key === ' ' && target.closest('button')) return undefined
  const { pane } = targets
  const ofPane = OF_PANE[key]
  if (ofPane) return pane && (() => ofPane(pane))
  const ofPage = OF_PAGE[key]
  if (ofPage) return () => ofPage(targets)
  if (/^[1-9]$/.test(key)) return () => targets.chooseWindow(Number(key) - 1)
  const tool = TOOL_BUTTONS.find((one) => one.key.toLowerCase() === key)
  return tool && (() => targets.chooseTool(tool.name))
}
