import type { Column } from '../workloads/workload.ts'
import { figureIn, type Figure } from './figure.ts'
import { formatRatio } from './format.ts'
import type { Report, Table } from './report.ts'
import { picture, shape, text } from './svg.ts'

interface Bar {
  readonly name: string
  readonly figure: Figure
}

/** One column of one workload. */
interface Panel {
  readonly title: string
  readonly column: Column
  readonly bars: readonly Bar[]
}

/** Where a ratio stands, from the left. */
type Scale = (ratio: number) => number

const width = 760
const left = 170
const right = 60
const legendHeight = 30
const headHeight = 46
const rowHeight = 20
const footHeight = 34

/** Both colour schemes: the picture follows that of its reader. */
const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 13px }
  .quiet { fill: #656d76; font-size: 11px }
  .grid { stroke: #d1d9e0 }
  .floor { stroke: #656d76; stroke-dasharray: 4 3 }
  .aim { stroke: #1a7f37; stroke-width: 2 }
  .bar { fill: #afb8c1 }
  .ours { fill: #0969da }
  .spread { stroke: #424a53 }
  .background { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #8d96a0 }
    .grid { stroke: #30363d }
    .floor { stroke: #8d96a0 }
    .aim { stroke: #3fb950 }
    .bar { fill: #545d68 }
    .ours { fill: #4493f8 }
    .spread { stroke: #c9d1d9 }
    .background { fill: #0d1117 }
  }
`

function panelsOf({ title, columns, rows }: Table): Panel[] {
  return columns
    .filter(({ shown, better }) => shown === 'ratio' && better === 'more')
    .map((column) => ({
      title: `${title}: ${column.title}`,
      column,
      bars: rows.flatMap((row) => {
        const figure = figureIn(column, row)
        return figure === undefined ? [] : [{ name: row.contestant, figure }]
      }),
    }))
    .filter(({ bars }) => bars.length > 0)
}

const everyTick = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

/** The ticks from just below the smallest to just above the largest of what is shown. */
function ticksOf({ bars, column }: Panel): number[] {
  const shown = [1, column.aim ?? 1, ...bars.flatMap(({ figure }) => [figure.min, figure.max])]
  const first = everyTick.findLastIndex((tick) => tick <= Math.min(...shown))
  const last = everyTick.findIndex((tick) => tick >= Math.max(...shown))
  return everyTick.slice(Math.max(0, first), last === -1 ? everyTick.length : last + 1)
}

/** Logarithmic, so that half as fast and twice as fast are equally far from the floor. */
function scaleOf(ticks: readonly number[]): Scale {
  const [low = 0, high = 1] = [ticks[0] ?? 1, ticks.at(-1) ?? 1].map(Math.log)
  return (ratio) => {
    const share = high === low ? 1 : (Math.log(ratio) - low) / (high - low)
    return Math.round(left + Math.min(1, Math.max(0, share)) * (width - left - right))
  }
}

function vertical(name: string, x: number, [y1, y2]: readonly [number, number]): string {
  return shape('line', { class: name, x1: x, x2: x, y1, y2 })
}

function drawBar({ name, figure }: Bar, y: number, { x, ours }: { x: Scale; ours: string }): string[] {
  const { min, median, max } = figure
  const [start, end] = [Math.min(x(1), x(median)), Math.max(x(1), x(median))]
  const isOurs = name === ours
  const middle = y + rowHeight / 2
  return [
    text(name, {
      x: left - 8,
      y: y + 14,
      'text-anchor': 'end',
      class: isOurs ? 'title' : undefined,
    }),
    shape('rect', {
      class: isOurs ? 'ours' : 'bar',
      x: start,
      y: y + 4,
      width: Math.max(1, end - start),
      height: rowHeight - 8,
    }),
    shape('line', { class: 'spread', x1: x(min), x2: x(max), y1: middle, y2: middle }),
    text(formatRatio(median), { x: width - right + 8, y: y + 14 }),
  ]
}

function drawPanel(panel: Panel, top: number, ours: string): string[] {
  const ticks = ticksOf(panel)
  const x = scaleOf(ticks)
  const first = top + headHeight
  const bottom = first + panel.bars.length * rowHeight
  const { aim } = panel.column
  return [
    text(panel.title, { class: 'title', x: 12, y: top + 28 }),
    ...ticks.flatMap((tick) => [
      vertical('grid', x(tick), [first, bottom]),
      text(String(tick), { class: 'quiet', x: x(tick), y: bottom + 14, 'text-anchor': 'middle' }),
    ]),
    ...panel.bars.flatMap((bar, index) => drawBar(bar, first + index * rowHeight, { x, ours })),
    vertical('floor', x(1), [first - 4, bottom]),
    ...(aim === undefined ? [] : [vertical('aim', x(aim), [first - 4, bottom])]),
  ]
}

/** Operations per second of every contestant: bars from the floor to the median, lines from smallest to largest. */
export function renderPlot({ tables, ours }: Report): string {
  let height = legendHeight
  const drawn = tables.flatMap(panelsOf).flatMap((panel) => {
    const top = height
    height += headHeight + panel.bars.length * rowHeight + footHeight
    return drawPanel(panel, top, ours)
  })
  const legend = `Operations per second, × floor (dashed), logarithmic. Bar: to the median; line: smallest to largest; green: the aim of ${ours}.`
  return picture(
    { width, height, label: 'Operations per second of each library, as ratios to the floor' },
    style,
    [
      shape('rect', { class: 'background', width, height }),
      text(legend, { class: 'quiet', x: 12, y: 24 }),
      ...drawn,
    ],
  )
}
