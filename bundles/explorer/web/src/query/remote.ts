import { get, path, post } from '@/api/client'
import type { Resource } from '@/api/types'

/** Search and retrieval on other systems: DICOM modalities (C-FIND, C-MOVE or C-GET) and DICOMweb servers (QIDO-RS, WADO-RS). */

export type RemoteKind = 'modality' | 'dicomweb'

export interface RemoteAnswer {
  tags: Record<string, string>
  /** Of a modality: the query and the number of the answer. */
  query?: string
  index?: number
  /** The identifier of the study where this server has it. */
  local: string | undefined
}

const EXTRA = ['StudyInstanceUID', 'NumberOfStudyRelatedInstances']
const LIMIT = 200

/** {@return the study with this UID on this server} */
export async function isStored(uid: string): Promise<string | undefined> {
  if (uid === '') return undefined
  const found = await post<Resource[]>('tools/find', { Level: 'Study', Query: { StudyInstanceUID: uid }, Limit: 1, ResponseContent: [] })
  return found[0]?.ID
}

interface QidoValue {
  Name?: string
  Value?: string
}

export async function search(kind: RemoteKind, name: string, query: Record<string, string>): Promise<RemoteAnswer[]> {
  const wanted = { ...Object.fromEntries(EXTRA.map((key) => [key, ''])), ...query }
  let answers: Omit<RemoteAnswer, 'local'>[]
  if (kind === 'modality') {
    const { ID } = await post<{ ID: string }>(path('modalities', name, 'query'), { Level: 'Study', Query: wanted })
    const contents = await get<Record<string, unknown>[]>(path('queries', ID, 'answers'), { expand: true, simplify: true })
    answers = contents.map((tags, index) => ({ tags: texts(tags), query: ID, index }))
  } else {
    const filters = Object.fromEntries(Object.entries(query).filter(([, text]) => text !== ''))
    const found = await post<Record<string, QidoValue>[]>(path('dicom-web', 'servers', name, 'qido'), {
      Uri: '/studies',
      Arguments: { ...filters, limit: String(LIMIT), includefield: 'StudyDescription,ModalitiesInStudy,NumberOfStudyRelatedInstances' },
    })
    answers = found.map((tags) => ({ tags: texts(Object.fromEntries(Object.values(tags).map((v) => [v.Name ?? '', v.Value]))) }))
  }
  return Promise.all(answers.map(async (answer) => ({ ...answer, local: await isStored(answer.tags.StudyInstanceUID ?? '') })))
}

function texts(tags: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter((e): e is [string, string] => typeof e[1] === 'string'))
}

/** {@return the identifier of the job that retrieves these studies} */
export async function retrieve(kind: RemoteKind, name: string, answers: readonly RemoteAnswer[]): Promise<string> {
  const studies = answers.map((answer) => ({ StudyInstanceUID: answer.tags.StudyInstanceUID ?? '' }))
  if (kind === 'dicomweb') {
    const job = await post<{ ID: string }>(path('dicom-web', 'servers', name, 'retrieve'), {
      Resources: studies.map((s) => ({ Study: s.StudyInstanceUID })),
      Synchronous: false,
    })
    return job.ID
  }
  const [first] = answers
  if (answers.length === 1 && first?.query !== undefined) {
    return (await post<{ ID: string }>(path('queries', first.query, 'answers', first.index ?? 0, 'retrieve'), { Synchronous: false })).ID
  }
  return (await post<{ ID: string }>(path('modalities', name, 'move'), { Level: 'Study', Resources: studies, Synchronous: false })).ID
}
