import { describe, expect, it } from 'vitest'
import { renderPlot } from '../../src/report/plot.ts'
import { measured, reportOf, tableOf, time } from '../support/example-report.ts'

const rows = [measured('ioredis', [1_000]), measured('cache-core', [1_400, 1_500, 1_800])]
const plot = renderPlot(reportOf([tableOf(rows)]))

/** Attributes of the first element with the class. */
function elementOf(svg: string, name: string): Readonly<Record<string, number>> {
  const element = new RegExp(`<\\w+ class="${name}"[^>]*>`).exec(svg)?.[0] ?? ''
  return Object.fromEntries(
    [...element.matchAll(/(\w+)="([\d.]+)"/g)].map(([, key, value]) => [key, Number(value)]),
  )
}

describe('renderPlot', () => {
  it('draws every contestant of a workload, ours in its own colour, with its median', () => {
    expect(plot).toContain('>Hit in Redis: operations<')
    expect(plot).toContain('>ioredis<')
    expect(plot).toContain('>cache-core<')
    expect(plot.match(/<rect class="bar"/g)).toHaveLength(1)
    expect(plot.match(/<rect class="ours"/g)).toHaveLength(1)
    expect(plot).toContain('>1.50<')
  })

  it('draws a bar from the floor to the median', () => {
    const floor = elementOf(plot, 'floor')
    const bar = elementOf(plot, 'ours')
    expect(bar['x']).toBe(floor['x1'])
    const slow = renderPlot(reportOf([tableOf([measured('cache-core', [500])])]))
    const slowBar = elementOf(slow, 'ours')
    expect((slowBar['x'] ?? 0) + (slowBar['width'] ?? 0)).toBe(elementOf(slow, 'floor')['x1'])
  })

  it('puts half as fast and twice as fast equally far from the floor', () => {
    const both = renderPlot(reportOf([tableOf([measured('a', [500]), measured('cache-core', [2_000])])]))
    expect(elementOf(both, 'bar')['width']).toBeCloseTo(elementOf(both, 'ours')['width'] ?? 0, -0.5)
  })

  it('marks the aim', () => {
    expect(elementOf(plot, 'aim')['x1']).toBeGreaterThan(elementOf(plot, 'floor')['x1'] ?? 0)
  })

  it('keeps what is far beyond the scale inside the picture', () => {
    const wild = renderPlot(reportOf([tableOf([measured('cache-core', [0.01, 1_000, 1_000_000])])]))
    const { x1, x2 } = elementOf(wild, 'spread')
    expect(x1).toBeGreaterThanOrEqual(0)
    expect(x2).toBeLessThanOrEqual(760)
  })

  it('draws only what is compared with the floor', () => {
    expect(renderPlot(reportOf([tableOf([measured('cache-core', [1], [2])], [time])]))).not.toContain(
      '<rect class="ours"',
    )
  })

  it('has colours for light and for dark', () => {
    expect(plot).toContain('@media (prefers-color-scheme: dark)')
  })

  it('is well formed whatever a contestant is called', () => {
    const odd = renderPlot(reportOf([tableOf([measured('<a> & "b"', [1_000])])]))
    expect(odd).toContain('&lt;a&gt; &amp; &quot;b&quot;')
    expect(odd).not.toContain('<a>')
    expect(odd.match(/<text/g)?.length).toBe(odd.match(/<\/text>/g)?.length)
  })
})
