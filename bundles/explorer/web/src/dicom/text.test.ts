import { describe, expect, it } from 'vitest'
import { dayOf, personName, showBytes, showDate, showInstant, showTime, visible } from './text'

describe('text from DICOM', () => {
  it('shows controls and bidirectional marks, and keeps markup as text', () => {
    expect(visible('a\u0000b\u202Ec\u001b', 100)).toBe('a␀b⟨U+202E⟩c␛')
    expect(visible('<img src=x onerror=alert(1)>', 100)).toBe('<img src=x onerror=alert(1)>')
  })

  it('cuts what is too long to show', () => {
    expect(visible('x'.repeat(1_000_000), 10)).toBe(`${'x'.repeat(10)}…`)
  })

  it('shows person names as words', () => {
    expect(personName('Doe^John^^Dr.')).toBe('Doe, Dr. John')
    expect(personName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toBe('Yamada, Tarou')
    expect(personName('^^^=山田^太郎')).toBe('山田, 太郎')
    expect(personName('')).toBe('')
  })

  it('shows dates and times in the form of a language, and leaves alone what is none', () => {
    expect(showDate('20240131', 'fr')).toBe('31/01/2024')
    expect(showDate('20240231', 'fr')).toBe('20240231')
    expect(showTime('101500.123')).toBe('10:15:00')
    expect(showTime('10')).toBe('10')
    expect(dayOf('2024-01-31')?.getDate()).toBe(31)
    expect(showInstant('no date', 'en')).toBe('no date')
  })

  it('shows sizes with units', () => {
    expect(showBytes(16_396_512, 'en')).toBe('16 MB')
    expect(showBytes(1, 'en')).toBe('1 byte')
  })
})
