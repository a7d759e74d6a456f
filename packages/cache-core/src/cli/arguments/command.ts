import type { KeyNames } from '../../store/key-names.ts'
import type { Clock } from '../../time/clock.ts'
import type { Connection } from '../connection/connection.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Arguments } from './arguments.ts'

/** An option of a command. */
export interface OptionSpec {
  /** What its value is called; an option without one is a flag. */
  readonly value?: string
  /** Whether it may be given more than once. */
  readonly multiple?: boolean
  readonly help: string
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** A namespace of a server. */
export interface OpenNamespace {
  readonly connection: Connection
  readonly namespace: string
  readonly names: KeyNames
}

/** What a command has at hand while it runs. */
export interface CommandRun {
  readonly args: Arguments
  readonly terminal: Terminal
  readonly clock: Clock
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Connects to where the arguments say. @throws {CliError} when that fails. */
  readonly connect: () => Promise<Connection>
  /** Connects, for a namespace. @throws {CliError} naming those that the server has, when none was given. */
  readonly open: () => Promise<OpenNamespace>
}

/** A command of `vidnest-cache`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What its one argument is called, where it takes one. */
  readonly argument?: string
  readonly options: OptionSpecs
  /** `false` for a command that makes a namespace of its own. */
  readonly takesNamespace?: false
  /** What `--help` says beyond its options, line by line. */
  readonly details: readonly string[]
  /** Does it; resolves to the exit code. */
  readonly run: (run: CommandRun) => Promise<number>
}

/** What every command takes, but for the namespace where it makes one of its own. */
export const commonOptions: OptionSpecs = {
  url: {
    value: 'URL',
    help: 'redis:// or rediss:// (default: $REDIS_URL, else redis://127.0.0.1:6379)',
  },
  cluster: { help: 'the server is part of a Cluster' },
  namespace: { value: 'NAME', help: 'the `namespace` of your createCache' },
  json: { help: 'write the result as JSON' },
  help: { help: 'show this' },
}

/** All options of a command, its own first. */
export function optionsOf({ options, takesNamespace }: Command): OptionSpecs {
  const { namespace, ...others } = commonOptions
  return { ...options, ...(takesNamespace === false || namespace === undefined ? others : commonOptions) }
}
