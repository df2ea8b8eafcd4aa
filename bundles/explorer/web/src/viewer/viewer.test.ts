import { describe, expect, it } from 'vitest'
import type { Dataset } from './dataset'
import { isPdf } from './documents'
import { frameCount, frameTime, isVolume, nearest, positionOf, stackOf } from './images'
import { contentTree, referencedImages, showUnit } from './reports'
import { drawFrame, labToRgb, planOf } from './segments'
import { inReadingOrder, kindOf, kindOfModality, type ViewedSeries } from './study'
import { leadPath, placeLeads, readWaveform } from './waveforms'
import { range, windowOf, windowsOf } from './windows'

const value = (vr: string, ...values: unknown[]) => ({ vr, Value: values })
const series: ViewedSeries = {
  id: 'a', uid: '1.2', studyUid: '1', number: '1', description: '', modality: 'CT', instances: [], kind: 'images',
}

function slice(number: number, z: number): Dataset {
  return {
    '00080018': value('UI', `1.2.${number}`), '00200013': value('IS', number), '00280010': value('US', 4), '00280030': value('DS', 1, 1),
    '00200037': value('DS', 1, 0, 0, 0, 1, 0), '00200032': value('DS', -5, -5, z), '00200052': value('UI', '9'),
  }
}

describe('the stack of a series', () => {
  it('follows the place of parallel slices in the direction of their numbers', () => {
    const stack = stackOf(series, [slice(3, 10), slice(1, 30), slice(2, 20)])
    expect(stack.map((one) => one.position)).toEqual([30, 20, 10])
    expect(stack[0]!.imageId).toMatch(/^wadors:.*\/dicom-web\/studies\/1\/series\/1\.2\/instances\/1\.2\.1\/frames\/1$/)
    expect(isVolume(stack)).toBe(true)
    expect(nearest(stack, { ...stack[0]!, position: 19 })).toBe(1)
    expect(nearest(stack, { ...stack[0]!, frameOfReference: 'other' })).toBeUndefined()
  })

  it('is no volume where a slice is missing or lies otherwise', () => {
    expect(isVolume(stackOf(series, [slice(1, 0), slice(2, 1), slice(3, 2), slice(4, 30)]))).toBe(false)
    const turned = { ...slice(2, 1), '00200037': value('DS', 0, 1, 0, 0, 0, 1) }
    expect(isVolume(stackOf(series, [slice(1, 0), turned, slice(3, 2)]))).toBe(false)
  })

  it('takes frames apart and survives numbers of frames that are none', () => {
    const cine: Dataset = { '00080018': value('UI', '7'), '00280010': value('US', 4), '00280008': value('IS', 3) }
    expect(stackOf(series, [cine]).map((one) => one.frame)).toEqual([1, 2, 3])
    for (const odd of ['-1', '1e99', 'x', 0]) expect(frameCount({ '00280008': value('IS', odd) })).toBe(1)
    expect(positionOf({})).toBeUndefined()
  })

  it('runs at the speed that the file asks for, within bounds', () => {
    expect(frameTime({ '00181063': value('DS', 40) })).toBe(40)
    expect(frameTime({ '00082144': value('IS', 25) })).toBe(40)
    expect(frameTime({ '00181063': value('DS', 0) })).toBe(66)
    expect(frameTime({ '00181063': value('DS', 1e9) })).toBe(2000)
  })
})

describe('kinds', () => {
  it('come from the SOP class, before that from the modality', () => {
    expect(kindOf({ '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.66.4'), '00280010': value('US', 4) })).toBe('segmentation')
    expect(kindOf({ '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.88.59') })).toBe('keys')
    expect(kindOf({ '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.88.22') })).toBe('report')
    expect(kindOf({ '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.9.1.1') })).toBe('waveform')
    expect(kindOf({ '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.2'), '00280010': value('US', 4) })).toBe('images')
    expect(kindOf({ '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.481.3') })).toBe('other')
    expect(kindOfModality('MR')).toBe('images')
  })

  it('are videos by their photometric interpretation, not by their SOP class', () => {
    const endoscopy = { '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.77.1.1.1'), '00280010': value('US', 4) }
    expect(kindOf({ ...endoscopy, '00280004': value('CS', 'YBR_PARTIAL_420') })).toBe('video')
    expect(kindOf({ ...endoscopy, '00280004': value('CS', 'YBR_FULL_422') })).toBe('images')
  })

  it('put images first', () => {
    const all = [{ ...series, id: 'sr', kind: 'report' as const, number: '1' }, { ...series, id: 'two', number: '10' }, { ...series, id: 'one', number: '9' }]
    expect(inReadingOrder(all).map((one) => one.id)).toEqual(['one', 'two', 'sr'])
  })
})

describe('windows', () => {
  it('of the image come first, those of its modality after', () => {
    const dataset = { '00281050': value('DS', 40, 300), '00281051': value('DS', 400, 0), '00281055': value('LO', 'MEDIA', 'BAD') }
    const windows = windowsOf(dataset, 'CT')
    expect(windows[0]).toEqual({ name: 'MEDIA', translated: false, centre: 40, width: 400 })
    expect(windows.filter((one) => !one.translated)).toHaveLength(1)
    expect(windows.map((one) => one.name)).toContain('lung')
    expect(windowsOf({}, 'US')).toEqual([])
    expect(windowOf(range({ centre: 50, width: 350 }))).toEqual({ centre: 50, width: 350 })
  })
})

describe('reports', () => {
  const code = (meaning: string) => ({ vr: 'SQ', Value: [{ '00080104': value('LO', meaning) }] })
  const number = {
    '0040A040': value('CS', 'NUM'), '0040A043': code('Long Axis'),
    '0040A300': { vr: 'SQ', Value: [{ '0040A30A': value('DS', 18.6), '004008EA': { vr: 'SQ', Value: [{ '00080100': value('SH', 'mm'), '00080104': value('LO', 'millimeter') }] } }] },
  }
  const image = { '0040A040': value('CS', 'IMAGE'), '00081199': { vr: 'SQ', Value: [{ '00081155': value('UI', '1.2.3') }] } }
  const root: Dataset = { '0040A040': value('CS', 'CONTAINER'), '0040A043': code('Report'), '0040A730': { vr: 'SQ', Value: [number, image] } }

  it('become a tree of text', () => {
    const tree = contentTree(root)
    expect(tree.name).toBe('Report')
    expect(tree.children[0]).toMatchObject({ name: 'Long Axis', value: '18.6 mm' })
    expect(referencedImages(tree)).toEqual(['1.2.3'])
    expect(showUnit("[hnsf'U]", 'Hounsfield unit')).toBe('HU')
    expect(showUnit('{ratio}', 'ratio')).toBe('ratio')
  })

  it('are cut where they are too deep or odd', () => {
    let deep: Dataset = { '0040A040': value('CS', 'TEXT') }
    for (let i = 0; i < 200; i++) deep = { '0040A040': value('CS', 'CONTAINER'), '0040A730': { vr: 'SQ', Value: [deep] } }
    expect(() => contentTree(deep)).not.toThrow()
    expect(contentTree({ '0040A730': { vr: 'LO', Value: ['x'] } }).children).toEqual([])
    expect(contentTree({ '0040A730': { vr: 'SQ', Value: [null] } }).children).toEqual([])
  })
})

describe('waveforms', () => {
  const channel = { '003A0203': value('SH', 'Lead I'), '003A0210': value('DS', 2.5), '003A0211': { vr: 'SQ', Value: [{ '00080100': value('SH', 'uV') }] } }
  const group = (extra: Dataset = {}): Dataset => ({
    '003A0005': value('US', 1), '003A0010': value('UL', 4), '003A001A': value('DS', 500), '54001004': value('US', 16), '54001006': value('CS', 'SS'),
    '003A0200': { vr: 'SQ', Value: [channel] }, ...extra,
  })

  it('are scaled to millivolts', () => {
    const read = readWaveform(group(), new Int16Array([0, 400, -400, 1]).buffer)
    expect(read.channels[0]!.label).toBe('I')
    expect([...read.channels[0]!.samples].map((one) => Math.round(one * 10000) / 10000)).toEqual([0, 1, -1, 0.0025])
  })

  it('are drawn at 25 mm for a second and 10 mm for a millivolt', () => {
    expect(leadPath(new Float32Array([0, 1]), 1, 0, 2, 5, 20)).toBe('M5.00 20.00L30.00 10.00')
    const one = { label: '', unit: 'mV', samples: new Float32Array(5000) }
    const sheet = placeLeads({ label: '', rate: 500, notes: [], channels: Array.from({ length: 12 }, () => one) })
    expect(sheet.leads).toHaveLength(13)
    expect(sheet.width).toBe(260)
    expect(sheet.leads[12]).toMatchObject({ channel: 1, from: 0, to: 5000 })
  })

  it('are refused or cut where they are damaged', () => {
    expect(() => readWaveform(group({ '54001006': value('CS', 'MB') }), new ArrayBuffer(8))).toThrow('16 MB')
    expect(() => readWaveform(group({ '003A0010': value('UL', 4e9) }), new ArrayBuffer(8))).toThrow()
    expect(readWaveform(group(), new ArrayBuffer(4)).channels[0]!.samples).toHaveLength(2)
  })
})

describe('segmentations', () => {
  it('set the labels of packed bits, lowest bit first', () => {
    const labels = new Uint8Array(12)
    expect(drawFrame(new Uint8Array([0b00000101, 0b11110000, 0xff]), 1, 3, labels)).toBe(12)
    expect(drawFrame(new Uint8Array([0b00000101]), 0, 2, labels.fill(0))).toBe(2)
    expect([...labels.slice(0, 4)]).toEqual([2, 0, 2, 0])
  })

  it('name their segments, frames and colours', () => {
    const plan = planOf({
      '00280010': value('US', 2), '00280011': value('US', 2), '00280008': value('IS', 2),
      '00620002': { vr: 'SQ', Value: [{ '00620004': value('US', 1), '00620005': value('LO', 'Liver'), '0062000D': value('US', 65535, 32896, 32896) }, {}] },
      '52009230': { vr: 'SQ', Value: [{ '0062000A': { vr: 'SQ', Value: [{ '0062000B': value('US', 2) }] } }] },
    })
    expect(plan.segments[0]).toMatchObject({ number: 1, label: 'Liver' })
    expect(plan.segments[0]!.colour.every((one) => one > 250)).toBe(true)
    expect(plan.frames.map((one) => one.segment)).toEqual([2, 1])
    expect(labToRgb([0, 32896, 32896])).toEqual([0, 0, 0])
  })
})

describe('a document', () => {
  const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer

  it('is a PDF where it begins as one', () => {
    expect(isPdf(bytes('%PDF-1.7\n'))).toBe(true)
    expect(isPdf(bytes('<html><script>1</script>%PDF-1.7'))).toBe(false)
    expect(isPdf(bytes('%PD'))).toBe(false)
  })
})
