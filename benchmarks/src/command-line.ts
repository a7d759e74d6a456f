import { parseArgs } from 'node:util'

export interface Command {
  readonly help: boolean
  readonly quick: boolean
  /** Names of workloads; empty for all. */
  readonly only: readonly string[]
  /** Names of contestants; empty for all. */
  readonly libraries: readonly string[]
  readonly rounds?: number
  readonly out?: string
  /** Workloads of which our part is recorded, after the measurements. */
  readonly profile: readonly string[]
}

/** What `--help` prints before the names of the workloads. */
export const usage = `pnpm bench:peers [options]

Runs the same work through every caching library and through this repository's, next to the bare client,
on a Redis of its own, and writes peers.md, peers.json and peers.svg.

  --quick             a few seconds for each workload: to see that it works, not for numbers
  --only <name,...>   only these workloads
  --libraries <name,...>  only these libraries, to see what a change did
  --rounds <number>   pairs of slices, and repeats of what is timed as a whole (default 11 and 5)
  --out <folder>      where to write (default benchmarks/results)
  --profile <name,...>  also record where our time goes in these workloads: peers-<name>.cpuprofile
  --help              this text
`

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--rounds must be a whole number from 1, not ${text}`)
  return value
}

/** Names that may be given, and what they name. */
export interface Known {
  readonly workload: readonly string[]
  readonly library: readonly string[]
}

function checkName(name: string, kind: keyof Known, known: Known): string {
  if (!known[kind].includes(name))
    throw new Error(`there is no ${kind} ${name}; there are ${known[kind].join(', ')}`)
  return name
}

function checkNames(list: string | undefined, kind: keyof Known, known: Known): readonly string[] {
  return list === undefined ? [] : list.split(',').map((name) => checkName(name.trim(), kind, known))
}

/** Reads the command line. @throws for what it does not know, naming it. */
export function readCommand(args: readonly string[], known: Known): Command {
  const { values } = parseArgs({
    // pnpm hands its own separator on.
    args: args.filter((arg) => arg !== '--'),
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      libraries: { type: 'string' },
      rounds: { type: 'string' },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  const { help, quick, only, libraries, rounds, out, profile } = values
  return {
    help,
    quick,
    only: checkNames(only, 'workload', known),
    libraries: checkNames(libraries, 'library', known),
    ...(rounds !== undefined && { rounds: wholeNumber(rounds) }),
    ...(out !== undefined && { out }),
    profile: checkNames(profile, 'workload', known),
  }
}
