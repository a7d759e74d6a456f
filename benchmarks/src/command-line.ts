import { parseArgs } from 'node:util'

export interface Command {
  readonly help: boolean
  readonly quick: boolean
  /** Names of workloads; empty for all. */
  readonly only: readonly string[]
  readonly rounds?: number
  readonly out?: string
  /** Workload of which our part is recorded, after the measurements. */
  readonly profile?: string
}

/** What `--help` prints before the names of the workloads. */
export const usage = `pnpm bench:peers [options]

Runs the same work through every caching library and through this repository's, next to the bare client,
on a Redis of its own, and writes peers.md, peers.json and peers.svg.

  --quick             a few seconds for each workload: to see that it works, not for numbers
  --only <name,...>   only these workloads
  --rounds <number>   pairs of slices, and repeats of what is timed as a whole (default 11 and 5)
  --out <folder>      where to write (default benchmarks/results)
  --profile <name>    also record where our time goes in that workload: peers-<name>.cpuprofile
  --help              this text
`

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--rounds must be a whole number from 1, not ${text}`)
  return value
}

function checkName(name: string, known: readonly string[]): string {
  if (!known.includes(name)) throw new Error(`there is no workload ${name}; there are ${known.join(', ')}`)
  return name
}

/** Reads the command line. @throws for what it does not know, naming it. */
export function readCommand(args: readonly string[], workloads: readonly string[]): Command {
  const { values } = parseArgs({
    // pnpm hands its own separator on.
    args: args.filter((arg) => arg !== '--'),
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  const { help, quick, only, rounds, out, profile } = values
  return {
    help,
    quick,
    only: only === undefined ? [] : only.split(',').map((name) => checkName(name.trim(), workloads)),
    ...(rounds !== undefined && { rounds: wholeNumber(rounds) }),
    ...(out !== undefined && { out }),
    ...(profile !== undefined && { profile: checkName(profile, workloads) }),
  }
}
