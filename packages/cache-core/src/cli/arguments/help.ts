import { pairLines } from '../terminal/table.ts'
import { commonOptions, type Command, optionsOf, type OptionSpecs } from './command.ts'

/** What `vidnest-cache --help` says. */
export function overview(commands: readonly Command[]): string {
  return [
    'vidnest-cache looks into what @vidnest/cache-core keeps in Redis.',
    '',
    'Usage: vidnest-cache COMMAND [options]',
    '',
    ...pairLines(commands.map((command) => [`  ${synopsis(command)}`, command.summary])),
    '',
    'Options of every command:',
    ...optionLines(commonOptions),
    '',
    'vidnest-cache COMMAND --help says more, vidnest-cache --version which version this is.',
    'Exit codes: 0 done, 1 failed or found a problem, 2 wrong command line, 130 stopped by Ctrl-C.',
  ].join('\n')
}

/** What `vidnest-cache COMMAND --help` says. */
export function commandHelp(command: Command): string {
  return [
    `Usage: vidnest-cache ${synopsis(command)} [options]`,
    '',
    ...command.details,
    '',
    'Options:',
    ...optionLines(optionsOf(command)),
  ].join('\n')
}

function synopsis({ name, argument }: Command): string {
  return argument === undefined ? name : `${name} ${argument}`
}

function optionLines(specs: OptionSpecs): string[] {
  return pairLines(
    Object.entries(specs).map(([name, { value, help }]) => [
      `  --${name}${value === undefined ? '' : ` ${value}`}`,
      help,
    ]),
  )
}
