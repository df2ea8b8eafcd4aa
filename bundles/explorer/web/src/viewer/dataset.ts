/** Data sets in the DICOM JSON model (PS3.18 annex F), as the server's WADO-RS metadata has them. */

export interface DicomElement {
  vr: string
  Value?: unknown[]
  InlineBinary?: string
  BulkDataURI?: string
}

export type Dataset = Record<string, DicomElement | undefined>

/** {@return the first value as text; of a person name its first group} */
export function text(dataset: Dataset | undefined, tag: string): string {
  return texts(dataset, tag)[0] ?? ''
}

export function texts(dataset: Dataset | undefined, tag: string): string[] {
  return (dataset?.[tag]?.Value ?? []).map((value) => {
    if (value === null || value === undefined) return ''
    if (typeof value === 'object') {
      const name = value as Record<string, unknown>
      return String(name.Alphabetic ?? name.Ideographic ?? name.Phonetic ?? '')
    }
    return String(value)
  })
}

/** {@return the values that are numbers} */
export function numbers(dataset: Dataset | undefined, tag: string): number[] {
  return (dataset?.[tag]?.Value ?? []).map(Number).filter((value) => Number.isFinite(value))
}

export function number(dataset: Dataset | undefined, tag: string): number | undefined {
  return numbers(dataset, tag)[0]
}

export function items(dataset: Dataset | undefined, tag: string): Dataset[] {
  const element = dataset?.[tag]
  return element?.vr === 'SQ' ? ((element.Value ?? []) as Dataset[]).filter((item) => item !== null && typeof item === 'object') : []
}

export function item(dataset: Dataset | undefined, tag: string): Dataset | undefined {
  return items(dataset, tag)[0]
}
