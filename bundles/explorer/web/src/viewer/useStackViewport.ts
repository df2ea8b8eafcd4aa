import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { chooseTool, core, renderingEngine, STACK_GROUP, tools, type ToolName } from './cornerstone'

/**
 * A viewport of the library in an element, with the tools of stacks. It comes with the first `enable`, follows the size of the
 * element and goes with the component.
 *
 * @param listeners functions for events of the library at the element, by the names of the events
 */
export function useStackViewport(id: string, element: Ref<HTMLElement | undefined>, listeners: Record<string, (event: Event) => void>) {
  let enabled = false
  const observer = new ResizeObserver(() => {
    if (enabled && element.value?.clientWidth) renderingEngine().resize(true, true)
  })

  function viewport(): core.StackViewport | undefined {
    return enabled ? (renderingEngine().getViewport(id) as core.StackViewport) : undefined
  }

  function enable(tool: ToolName): core.StackViewport {
    if (!enabled) {
      const place = element.value as HTMLDivElement
      renderingEngine().enableElement({
        viewportId: id, type: core.Enums.ViewportType.STACK, element: place, defaultOptions: { background: [0, 0, 0] },
      })
      tools.ToolGroupManager.getToolGroup(STACK_GROUP)!.addViewport(id, 'viewer')
      enabled = true
      for (const [name, listener] of Object.entries(listeners)) place.addEventListener(name, listener)
      chooseTool(tool)
    }
    return viewport()!
  }

  function disable() {
    if (!enabled) return
    tools.ToolGroupManager.getToolGroup(STACK_GROUP)?.removeViewports('viewer', id)
    renderingEngine().disableElement(id)
    enabled = false
  }

  onMounted(() => observer.observe(element.value!))
  onBeforeUnmount(() => {
    observer.disconnect()
    disable()
  })
  return { viewport, enable, disable }
}
