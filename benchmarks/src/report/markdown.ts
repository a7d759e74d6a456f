import type { Summary } from '../measure/statistics.ts'
import type { PartShare } from '../profile/profile.ts'
import { figureIn, floorOf, reaches } from './figure.ts'
import { columnTitle, formatAim, formatFigure, formatRatio, formatValue, unitAfter } from './format.ts'
import type { Report, Row, Table } from './report.ts'

type Cells = readonly string[]

function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function surroundings({ environment, scale }: Report): string {
  const { node, redis, cpu, cpus, system, load, commit, pinning } = environment
  const where = `Node ${node}, ${redis}, ${system}, ${String(cpus)} × ${cpu}, load ${load.toFixed(1)} before it began; commit ${commit}.`
  const pinned =
    pinning === undefined
      ? 'Nothing was pinned to a CPU.'
      : `Redis was pinned to CPU ${pinning.redis}, the contestant to CPU ${pinning.client}.`
  const slices = `Each contestant ran in a process of its own, in ${String(scale.rounds)} slices of ${String(scale.sliceMs)} ms, each next to one of the floor.`
  return `${where} ${pinned} ${slices}`
}

function noise({ tables, floor }: Report): string {
  const medians = tables.flatMap(({ columns, rows }) =>
    columns.flatMap((column) => {
      const row = rows.find(({ contestant }) => contestant === floor)
      const figure = column.shown === 'ratio' && row !== undefined ? figureIn(column, row) : undefined
      return figure === undefined ? [] : [figure.median]
    }),
  )
  if (medians.length === 0) return ''
  const ends = [Math.min(...medians), Math.max(...medians)].map(formatRatio).join(' to ')
  return `The floor against itself, as a contestant, gave medians of ${ends}: differences smaller than that say nothing.`
}

function aims({ tables, ours }: Report): string {
  const rows = tables.flatMap(({ title, columns, rows: all }) =>
    columns.flatMap((column) => {
      const row = all.find(({ contestant }) => contestant === ours)
      if (column.aim === undefined || row === undefined) return []
      const figure = figureIn(column, row)
      const mark = figure === undefined ? '–' : reaches(column, figure) ? '✓' : '✗'
      const measured = figure === undefined ? 'not measured' : formatFigure(figure, column)
      return [[title, column.title, formatAim(column), measured, mark]]
    }),
  )
  return rows.length === 0 ? '' : table(['workload', 'figure', 'aim', 'measured', ''], rows)
}

/** Why aims are missed. */
function limits({ tables, ours }: Report): string {
  const lines = tables.flatMap(({ title, columns, rows }) =>
    columns.flatMap((column) => {
      const row = rows.find(({ contestant }) => contestant === ours)
      const figure = row === undefined ? undefined : figureIn(column, row)
      if (column.limit === undefined || figure === undefined || reaches(column, figure)) return []
      return [`- **${title}, ${column.title}**: ${column.limit}`]
    }),
  )
  return lines.length === 0 ? '' : paragraphs('Where an aim is missed, this is why:', lines.join('\n'))
}

function cells(row: Row, { columns }: Table): Cells {
  if (row.outcome.type !== 'measured') return columns.map(() => '–')
  return columns.map((column) => {
    const figure = figureIn(column, row)
    return figure === undefined ? '–' : formatFigure(figure, column)
  })
}

function floorLine({ columns, rows }: Table): string {
  const parts = columns.flatMap((column) => {
    const floor: Summary | undefined = column.shown === 'ratio' ? floorOf(column, rows) : undefined
    if (floor === undefined) return []
    return [`${column.title} ${formatValue(floor.median, column.unit)}${unitAfter(column.unit)}`]
  })
  return parts.length === 0 ? '' : `The floor itself: ${parts.join('; ')}.`
}

function notes({ rows }: Table): string {
  return rows
    .flatMap(({ contestant, outcome }) =>
      outcome.type === 'measured' ? [] : [`- ${contestant} failed: ${outcome.reason}.`],
    )
    .join('\n')
}

function section(report: Report, one: Table): string {
  const rows = one.rows.map((row) => {
    const name = row.contestant === report.ours ? `**${row.contestant}**` : row.contestant
    const noted = row.contestant === report.floor && one.columns.some(({ shown }) => shown === 'ratio')
    return [noted ? `${name} (noise)` : name, ...cells(row, one)]
  })
  const head = ['', ...one.columns.map(columnTitle)]
  return paragraphs(`## ${one.title}`, one.about, table(head, rows), floorLine(one), notes(one))
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}

function whereTimeGoes({ profiles, ours, tables }: Report): string {
  if (profiles.length === 0) return ''
  const titles = new Map(tables.map(({ workload, title }) => [workload, title]))
  return paragraphs(
    '## Where the time goes',
    `CPU of ${ours}, recorded apart from the measurements. What is compiled into V8, such as JSON.parse, counts for the function that calls it.`,
    ...profiles.map(({ workload, parts }) =>
      paragraphs(`### ${titles.get(workload) ?? workload}`, profileTable(parts)),
    ),
  )
}

function profileTable(parts: readonly PartShare[]): string {
  const rows = parts
    .filter(({ share }) => share >= 0.005)
    .map(({ name, share, functions }) => {
      const largest = functions.filter((one) => one.share >= 0.01).slice(0, 4)
      return [name, percent(share), largest.map((one) => `\`${one.name}\` ${percent(one.share)}`).join(', ')]
    })
  return table(['part', 'share', 'of which'], rows)
}

function participants({ participants: all, environment }: Report): string {
  const rows = all.map(({ name, package: npm, settings }) => {
    const version = environment.versions[npm] ?? ''
    return [name, version.startsWith('workspace:') ? 'this commit' : `${npm} ${version}`, settings]
  })
  return paragraphs('## Contestants', table(['', 'version', 'how it is set up'], rows))
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

/** The report as GitHub shows it, with the plot beside it. */
export function renderMarkdown(report: Report, plot: string): string {
  const day = report.environment.date.slice(0, 10)
  const quick = report.scale.quick
    ? '**A quick run, with smaller amounts than the titles say: it shows that everything works. Its numbers mean nothing.**'
    : ''
  const reading =
    'Ratios are to the floor, the same work done by hand on the same client, slice by slice in the same process: median (smallest–largest) over the rounds. More is better for operations, less for times, CPU, bytes and counts.'
  return `${paragraphs(
    `# Caching libraries on Redis, measured ${day}`,
    quick,
    surroundings(report),
    reading,
    noise(report),
    `![Operations per second of each library, as ratios to the floor](${plot})`,
    `## Aims of ${report.ours}`,
    aims(report),
    limits(report),
    ...report.tables.map((one) => section(report, one)),
    whereTimeGoes(report),
    participants(report),
  )}\n`
}
