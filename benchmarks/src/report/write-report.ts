import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderMarkdown } from './markdown.ts'
import { renderPlot } from './plot.ts'
import type { Report } from './report.ts'

/** Five digits are more than any of these numbers deserves. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}

/** JSON with each list of numbers on one line. */
function toJson(report: Report): string {
  const spread = JSON.stringify(report, rounded, 2)
  return spread.replaceAll(/\[[^[\]{}"]+\]/g, (numbers) => numbers.replaceAll(/\s+/g, ' '))
}

/** Writes `peers.md`, `peers.json` and `peers.svg`, and names them. */
export async function writeReport(report: Report, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  const files = {
    'peers.json': `${toJson(report)}\n`,
    'peers.md': renderMarkdown(report, 'peers.svg'),
    'peers.svg': renderPlot(report),
  }
  const paths: string[] = []
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    await writeFile(path, text)
    paths.push(path)
  }
  return paths
}
