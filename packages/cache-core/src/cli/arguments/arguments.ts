import { parseArgs } from 'node:util'
import { usageError } from '../cli-error.ts'
import { type Command, optionsOf, type OptionSpecs } from './command.ts'

/** The arguments of a command, as they were given. */
export class Arguments {
  readonly #values: ReadonlyMap<string, readonly string[]>
  /** What stands without an option's name. */
  readonly argument: string | undefined

  constructor(values: ReadonlyMap<string, readonly string[]>, argument: string | undefined) {
    this.#values = values
    this.argument = argument
  }

  flag(name: string): boolean {
    return this.#values.has(name)
  }

  /** The last value that was given. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** @throws {CliError} for what is no whole number from `min` to `max`. */
  wholeNumber(name: string, { min, max, fallback }: NumberLimits): number {
    const text = this.text(name)
    if (text === undefined) return fallback
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (number >= min && number <= max) return number
    throw usageError(`--${name} must be a whole number from ${String(min)} to ${String(max)}`)
  }
}

/** What a number may be, and what it is when none is given. */
export interface NumberLimits {
  readonly min: number
  readonly max: number
  readonly fallback: number
}

/**
 * Reads the arguments of a command. Nothing that is refused is repeated in the message, but for names of options: it may be
 * a URL with a password.
 * @throws {CliError} saying which one cannot be followed.
 */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const specs = optionsOf(command)
  const { tokens } = parseArgs({
    args: [...argv],
    options: parseOptions(specs),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const given = values.get(token.name) ?? []
    if (given.length > 0 && specs[token.name]?.multiple !== true)
      throw wrong(command, `--${token.name} may be given once`)
    values.set(token.name, [...given, checkedValue(command, specs, token)])
  }
  const isAsked = values.has('help')
  if (!isAsked) checkPositionals(command, positionals)
  return new Arguments(values, positionals[0])
}

interface OptionToken {
  readonly name: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function checkedValue(
  command: Command,
  specs: OptionSpecs,
  { name, value, inlineValue }: OptionToken,
): string {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (spec === undefined) throw wrong(command, `there is no option ${shownOption(name)}`)
  if (spec.value === undefined) {
    if (value === undefined) return ''
    throw wrong(command, `--${name} takes no value`)
  }
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('-')))
    throw wrong(command, `--${name} needs a value: --${name}=${spec.value}`)
  return value
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const most = command.argument === undefined ? 0 : 1
  if (positionals.length > most) {
    const [first = ''] = positionals
    if (first.includes('://')) throw wrong(command, 'the address belongs after --url')
    const allowed = most === 0 ? 'no argument' : `one ${command.argument ?? ''}`
    throw wrong(command, `takes ${allowed} beside its options`)
  }
  if (command.argument !== undefined && (positionals[0] ?? '') === '')
    throw wrong(command, `needs a ${command.argument}`)
}

function parseOptions(specs: OptionSpecs): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(name === 'help' && { short: 'h' }) },
    ]),
  )
}

function shownOption(name: string): string {
  const isName = /^[A-Za-z0-9-]{1,40}$/.test(name)
  return isName ? `${name.length === 1 ? '-' : '--'}${name}` : 'of that name'
}

function wrong(command: Command, message: string): Error {
  return usageError(`${command.name}: ${message}; see vidnest-cache ${command.name} --help`)
}
