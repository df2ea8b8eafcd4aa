/** Transfer syntaxes that the server writes (PS3.5 annex A); "" leaves files as they are. */
export const TRANSFER_SYNTAXES = [
  { uid: '', name: '' },
  { uid: '1.2.840.10008.1.2', name: 'Implicit VR Little Endian' },
  { uid: '1.2.840.10008.1.2.1', name: 'Explicit VR Little Endian' },
  { uid: '1.2.840.10008.1.2.5', name: 'RLE Lossless' },
  { uid: '1.2.840.10008.1.2.4.70', name: 'JPEG Lossless' },
  { uid: '1.2.840.10008.1.2.4.80', name: 'JPEG-LS Lossless' },
  { uid: '1.2.840.10008.1.2.4.90', name: 'JPEG 2000 Lossless' },
  { uid: '1.2.840.10008.1.2.4.50', name: 'JPEG Baseline' },
] as const
