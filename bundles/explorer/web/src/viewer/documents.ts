const MAGIC = [...'%PDF-'].map((character) => character.charCodeAt(0))

/** {@return whether bytes are a PDF document: such a document begins with its version (ISO 32000-1 section 7.5.2)} */
export function isPdf(bytes: ArrayBuffer): boolean {
  const start = new Uint8Array(bytes.slice(0, MAGIC.length))
  return MAGIC.every((byte, i) => start[i] === byte)
}
