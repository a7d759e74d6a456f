import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { announce } from './announce.mjs'
import { countTests } from './count-tests.mjs'
import { install } from './install.mjs'
import { launch } from './launch.mjs'
import { allCells, cellEnvironment, cheapCells, describeCell } from './matrix-cells.mjs'
import { environmentOf } from './own-environment.mjs'
import { oldestNode, ownNode } from './repository.mjs'
import { withRunFolder } from './run-folder.mjs'
import { runOwned } from './run-owned.mjs'
import { vitestCommand } from './vitest-command.mjs'

const cellLimitMs = 15 * 60_000
const shownLines = 60

/**
 * Runs the packages' tests in every cell of the matrix, one after another. `--cheap` takes each alternative once
 * instead of the product; `--summary FILE` writes the counts as JSON.
 */
export const runMatrix = (args) =>
  launch(async (ending) => {
    await install(ending)
    const cells = args.includes('--cheap') ? cheapCells() : allCells()
    const results = await withRunFolder(ending, (folder) => runCells(cells, { ending, folder }))
    printTable(results)
    const sum = (field) => results.reduce((total, result) => total + result[field], 0)
    const summary = { passed: sum('passed'), failed: sum('failed'), cells: results }
    const file = args[args.indexOf('--summary') + 1]
    if (args.includes('--summary') && file !== undefined)
      writeFileSync(file, `${JSON.stringify(summary, undefined, 2)}\n`)
    return ending.code ?? (summary.failed === 0 ? 0 : 1)
  })

/** Stops after the cell in which the launcher was asked to end, whatever that cell's tests made of it. */
const runCells = async (cells, { ending, folder }) => {
  const results = []
  for (const [index, cell] of cells.entries()) {
    const position = `[${index + 1}/${cells.length}]`
    const reportFile = join(folder.path, `cell-${index}.json`)
    results.push(await runCell(cell, { position, reportFile, ending, folder }))
    if (ending.code !== undefined) break
  }
  return results
}

const runCell = async (cell, { position, reportFile, ending, folder }) => {
  const name = describeCell(cell)
  const step = announce(`${position} ${name}`)
  const startedAt = performance.now()
  const node = cell.node === '22' ? oldestNode : ownNode
  const projects = cell.projects.flatMap((project) => ['--project', project])
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  let log = ''
  const code = await runOwned(node, vitestCommand([...projects, ...reporters, ...cell.tests]), {
    ending,
    keeper: folder.keeper,
    env: {
      ...environmentOf(node),
      ...folder.env,
      ...cellEnvironment(cell),
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
    },
    output: (text) => (log += text),
    timeoutMs: cellLimitMs,
  })
  const { passed, failed } = countTests(reportFile, code)
  const outcome = `${passed} passed, ${failed} failed`
  if (failed === 0) step.done(outcome)
  else {
    step.failed(outcome)
    process.stderr.write(`${log.trim().split('\n').slice(-shownLines).join('\n')}\n`)
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return { ...cell, name, passed, failed, seconds }
}

const printTable = (results) => {
  const width = Math.max(...results.map(({ name }) => name.length))
  console.log('')
  for (const { name, passed, failed, seconds } of results) {
    const mark = failed === 0 ? '✓' : '✗'
    console.log(
      `${mark} ${name.padEnd(width)}  ${String(passed).padStart(5)} passed  ${String(failed).padStart(4)} failed  ${seconds} s`,
    )
  }
}
