import { address, ApiError, getText } from '@/api/client'
import { translate } from '@/i18n'
import { say } from '@/shell/useMessages'
import { clearExtensions, createInterface, markBroken } from './registry'

/** Loads the scripts of plugins and loads them anew when plugins come and go. */

const INTERVAL = 5_000
const SCRIPT = 'plugins/explorer.js'

let known = ''
let element: HTMLScriptElement | undefined
let timer: ReturnType<typeof setTimeout> | undefined

declare global {
  interface Window {
    isengard?: { v1: ReturnType<typeof createInterface> }
    $?: unknown
    jQuery?: unknown
  }
}

/** Orthanc's former page was made with jQuery Mobile; its hooks do nothing here, and say so once. */
function formerPage(selector: unknown): Record<string, () => unknown> {
  const tell = () => {
    const text = translate('extension.former', { selector: String(selector) })
    console.info(text)
    markBroken('script', new Error(text))
    return chain
  }
  const chain: Record<string, () => unknown> = { live: tell, on: tell, bind: tell, ready: tell, delegate: tell }
  return chain
}

export function installInterface() {
  window.isengard = { v1: createInterface((path) => address(path)) }
  window.$ = formerPage
  window.jQuery = formerPage
}

function load(text: string) {
  clearExtensions()
  element?.remove()
  element = document.createElement('script')
  // The fingerprint changes the address, so that a browser takes the new script.
  const fingerprint = [...text].reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) | 0, 7)
  element.src = address(SCRIPT, { v: fingerprint >>> 0 })
  document.head.append(element)
}

async function look() {
  const text = await getText(SCRIPT)
  if (text === known) return
  const isFirst = known === ''
  known = text
  load(text)
  if (!isFirst) say(translate('extension.changed'), 'info')
}

async function round() {
  // The first look goes out even in a tab that is opened behind: its pages may need an extension.
  if (known === '' || document.visibilityState === 'visible') {
    try {
      await look()
    } catch (error) {
      // A server that is away keeps its extensions: `changes.ts` tells that it is away.
      if (!(error instanceof ApiError)) throw error
    }
  }
  timer = setTimeout(round, INTERVAL)
}

/** Begins to follow the scripts of plugins; the returned function ends it. */
export function followExtensions(): () => void {
  installInterface()
  const onError = (event: ErrorEvent) => {
    if (event.filename.includes(SCRIPT)) {
      markBroken('script', new Error(`${event.message} (${event.lineno})`))
      say(translate('extension.failed', { id: SCRIPT, reason: event.message }), 'error')
      event.preventDefault()
    }
  }
  window.addEventListener('error', onError)
  void round()
  return () => {
    clearTimeout(timer)
    window.removeEventListener('error', onError)
  }
}
