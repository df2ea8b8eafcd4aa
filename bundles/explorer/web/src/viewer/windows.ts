import { numbers, texts, type Dataset } from './dataset'

/** A way to map values to brightness: centre and width, in the units of the values. */
export interface Window {
  /** A key of the texts, or a text of the data set. */
  name: string
  translated: boolean
  centre: number
  width: number
}

const PRESETS: Record<string, [string, number, number][]> = {
  CT: [
    ['softTissue', 40, 400], ['lung', -600, 1500], ['bone', 480, 2500], ['brain', 40, 80], ['liver', 60, 160], ['mediastinum', 50, 350],
  ],
  PT: [['suv5', 2.5, 5], ['suv10', 5, 10]],
}

/** The windows of an image (PS3.3 section C.11.2.1.2), then those that are usual for its modality. */
export function windowsOf(dataset: Dataset | undefined, modality: string): Window[] {
  const centres = numbers(dataset, '00281050')
  const widths = numbers(dataset, '00281051')
  const names = texts(dataset, '00281055')
  const own = centres.flatMap((centre, i) => {
    const width = widths[i]
    if (width === undefined || width < 1) return []
    const name = names[i]
    return [{ name: name || 'own', translated: !name, centre, width }]
  })
  const usual = (PRESETS[modality] ?? []).map(([name, centre, width]) => ({ name, translated: true, centre, width }))
  return [...own, ...usual]
}

/** Bounds of a window, linear as in PS3.3 section C.11.2.1.2.1 without its half steps. */
export function range(window: { centre: number; width: number }): { lower: number; upper: number } {
  return { lower: window.centre - window.width / 2, upper: window.centre + window.width / 2 }
}

export function windowOf(bounds: { lower: number; upper: number }): { centre: number; width: number } {
  return { centre: (bounds.lower + bounds.upper) / 2, width: bounds.upper - bounds.lower }
}
