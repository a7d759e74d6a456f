import { createRequire } from 'node:module'
import { KeyNames } from '../store/key-names.ts'
import { type Arguments, parseArguments } from './arguments/arguments.ts'
import type { Command, OpenNamespace } from './arguments/command.ts'
import { commandHelp, overview } from './arguments/help.ts'
import { checkedNamespace, namespaceMissing } from './arguments/namespace.ts'
import { benchCommand } from './bench/bench-command.ts'
import { CliError, exitCodes, interrupted, usageError } from './cli-error.ts'
import { resolveAddress, type Address } from './connection/address.ts'
import { findClientLibrary } from './connection/client-library.ts'
import { connect } from './connection/connect.ts'
import type { Connection } from './connection/connection.ts'
import { explain } from './connection/explain.ts'
import { doctorCommand } from './doctor/doctor-command.ts'
import { inspectCommand } from './inspect/inspect-command.ts'
import { invalidateCommand } from './invalidate/invalidate-command.ts'
import { keysCommand } from './keys/keys-command.ts'
import { statsCommand } from './stats/stats-command.ts'
import { printable } from './terminal/printable.ts'
import { Terminal, type Surroundings } from './terminal/terminal.ts'

const commands: readonly Command[] = [
  statsCommand,
  keysCommand,
  inspectCommand,
  invalidateCommand,
  doctorCommand,
  benchCommand,
]

/** Does what the command line says, and resolves to the exit code; whatever goes wrong is one line on stderr. */
export async function runCli(argv: readonly string[], around: Surroundings): Promise<number> {
  const [name = '', ...rest] = argv
  if (name === '--version') return say(around, versionOfPackage())
  if (isHelp(name)) return say(around, helpOf(rest[0]))
  const command = commands.find((each) => each.name === name)
  if (command === undefined) return fail(around, unknownCommand(name))
  let args: Arguments
  try {
    args = parseArguments(command, rest)
  } catch (error) {
    return fail(around, error)
  }
  if (args.flag('help')) return say(around, commandHelp(command))
  return runCommand(command, args, around)
}

async function runCommand(command: Command, args: Arguments, around: Surroundings): Promise<number> {
  const { signal, clock } = around
  let address: Address | undefined
  let connection: Connection | undefined
  const open = async (): Promise<Connection> => {
    address = resolveAddress(args.text('url'), around.env['REDIS_URL'])
    const library = findClientLibrary({ cwd: around.cwd, userAgent: around.env['npm_config_user_agent'] })
    connection = await connect(address, { library, cluster: args.flag('cluster'), clock, signal })
    return connection
  }
  const openNamespace = async (): Promise<OpenNamespace> => {
    const namespace = checkedNamespace(args)
    const opened = await open()
    if (namespace === undefined) throw await namespaceMissing(opened)
    return { connection: opened, namespace, names: new KeyNames(namespace, opened.isCluster) }
  }
  try {
    const terminal = new Terminal(around, args.flag('json'))
    return await command.run({ args, terminal, clock, signal, connect: open, open: openNamespace })
  } catch (error) {
    const reason = signal.aborted && !(error instanceof CliError) ? interrupted('nothing was changed') : error
    return fail(around, explain(reason, address?.shown ?? 'Redis'), address?.secrets)
  } finally {
    connection?.close()
  }
}

function fail({ stderr }: Surroundings, error: unknown, secrets: readonly string[] = []): number {
  if (!(error instanceof CliError)) throw error
  const message = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), error.message)
  stderr.write(`vidnest-cache: ${printable(message)}\n`)
  return error.exitCode
}

function say({ stdout }: Surroundings, text: string): number {
  stdout.write(`${text}\n`)
  return exitCodes.done
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help'
}

function helpOf(name: string | undefined): string {
  const command = commands.find((each) => each.name === name)
  return command === undefined ? overview(commands) : commandHelp(command)
}

/** Repeats the word only if it can be no address with a password. */
function unknownCommand(word: string): Error {
  const names = commands.map(({ name }) => name).join(', ')
  if (word === '') return usageError(`say what to do: ${names}; see vidnest-cache --help`)
  const shown = /^\w[\w-]{0,31}$/.test(word) ? `there is no command ${word}` : 'begin with a command'
  return usageError(`${shown}: there are ${names}; see vidnest-cache --help`)
}

function versionOfPackage(): string {
  const require = createRequire(import.meta.url)
  return (require('@vidnest/cache-core/package.json') as { readonly version: string }).version
}
