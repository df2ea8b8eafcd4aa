import { describe, expect, it } from 'vitest'
import { entryOf, parseMetrics, sparkline } from './remotes'

describe('administration', () => {
  it('sends numbers as numbers, leaves empty secrets out and keeps what it does not show', () => {
    const entry = entryOf('peers', { Url: 'http://a/', Username: '', Password: '', Timeout: '5' }, { HttpHeaders: { a: 'b' }, Password: 'old' })
    expect(entry).toEqual({ Url: 'http://a/', Timeout: 5, HttpHeaders: { a: 'b' } })
  })

  it('reads metrics with their meaning', () => {
    expect(parseMetrics('# HELP a_b The b\n# TYPE a_b gauge\na_b 12.5 1796042260741\nc{x="1"} 3\nbad\n')).toEqual([
      { name: 'a_b', help: 'The b', value: 12.5 },
      { name: 'c{x="1"}', help: '', value: 3 },
    ])
  })

  it('draws lines inside their box', () => {
    expect(sparkline([1])).toBe('')
    expect(sparkline([0, 10])).toBe('0.0,28.0 100.0,2.0')
    expect(sparkline([5, 5])).toBe('0.0,15.0 100.0,15.0')
  })
})
