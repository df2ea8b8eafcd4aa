import { reactive } from 'vue'
import { address } from '@/api/client'
import { queryClient } from '@/api/queries'

/** Files on their way to the server: some at a time, with progress, pause and a second try. */

export type UploadState = 'waiting' | 'sending' | 'stored' | 'known' | 'failed'

export interface Upload {
  id: number
  file: File
  name: string
  state: UploadState
  sent: number
  reason: string
  study: string
}

interface StoreAnswer {
  ID?: string
  Status?: string
  ParentStudy?: string
}

const PARALLEL = 4

export const uploads = reactive({ files: [] as Upload[], isPaused: false, isOpen: false })

let counter = 0
const running = new Map<number, XMLHttpRequest>()

/** {@return what the server said about a file, for its state} A ZIP archive has a list of answers. */
export function outcome(status: number, text: string): Pick<Upload, 'state' | 'reason' | 'study'> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  if (status >= 200 && status < 300) {
    const answers = (Array.isArray(body) ? body : [body]) as StoreAnswer[]
    const stored = answers.filter((answer) => answer?.Status === 'Success').length
    const study = answers.find((answer) => answer?.ParentStudy)?.ParentStudy ?? ''
    if (answers.length === 0) return { state: 'failed', reason: 'empty', study: '' }
    return { state: stored > 0 ? 'stored' : 'known', reason: answers.length > 1 ? String(answers.length) : '', study }
  }
  const error = body as { Details?: string; Message?: string } | undefined
  return { state: 'failed', reason: error?.Details || error?.Message || (status === 0 ? 'network' : String(status)), study: '' }
}

export function addFiles(files: readonly { file: File; name: string }[]) {
  for (const { file, name } of files) {
    uploads.files.push({ id: ++counter, file, name, state: 'waiting', sent: 0, reason: '', study: '' })
  }
  if (files.length > 0) uploads.isOpen = true
  fill()
}

export function isUploading(): boolean {
  return uploads.files.some((upload) => upload.state === 'waiting' || upload.state === 'sending')
}

function fill() {
  while (!uploads.isPaused && running.size < PARALLEL) {
    const next = uploads.files.find((upload) => upload.state === 'waiting')
    if (!next) return
    start(next)
  }
}

function start(upload: Upload) {
  // Not fetch: it does not tell how much of a body is sent.
  const request = new XMLHttpRequest()
  running.set(upload.id, request)
  upload.state = 'sending'
  upload.sent = 0
  request.upload.onprogress = (event) => (upload.sent = event.loaded)
  request.onloadend = () => {
    running.delete(upload.id)
    if (upload.state === 'sending') Object.assign(upload, outcome(request.status, request.responseText))
    if (!isUploading()) void queryClient.invalidateQueries({ queryKey: ['resources'] })
    fill()
  }
  request.open('POST', address('instances'))
  request.setRequestHeader('Content-Type', 'application/dicom')
  request.send(upload.file)
}

export function pauseUploads() {
  uploads.isPaused = true
  for (const upload of uploads.files) {
    if (upload.state === 'sending') {
      // The file goes again from its start: the server keeps nothing of a half.
      upload.state = 'waiting'
      running.get(upload.id)?.abort()
    }
  }
}

export function resumeUploads() {
  uploads.isPaused = false
  fill()
}

export function retryFailed() {
  for (const upload of uploads.files) if (upload.state === 'failed') upload.state = 'waiting'
  fill()
}

export function clearUploads() {
  uploads.files = uploads.files.filter((upload) => upload.state === 'waiting' || upload.state === 'sending')
}

/** All files of a drop, those in folders too. */
export async function filesOf(items: DataTransferItemList): Promise<{ file: File; name: string }[]> {
  const entries = [...items].filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
  const result: { file: File; name: string }[] = []
  const visit = async (entry: FileSystemEntry): Promise<void> => {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
      result.push({ file, name: entry.fullPath.replace(/^\//, '') })
    } else {
      const reader = (entry as FileSystemDirectoryEntry).createReader()
      // A reader gives at most some hundred entries at a time.
      for (;;) {
        const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
        if (some.length === 0) break
        for (const each of some) await visit(each)
      }
    }
  }
  for (const entry of entries) {
    if (entry instanceof File) result.push({ file: entry, name: entry.name })
    else if (entry) await visit(entry)
  }
  return result
}
