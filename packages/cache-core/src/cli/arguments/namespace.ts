import { usageError } from '../cli-error.ts'
import type { Connection } from '../connection/connection.ts'
import { findNamespaces } from '../survey/find-namespaces.ts'
import type { Arguments } from './arguments.ts'

/** The namespace that was given, if one was. @throws {CliError} for what none can be called. */
export function checkedNamespace(args: Arguments): string | undefined {
  const namespace = args.text('namespace')
  if (namespace === undefined || /^[A-Za-z0-9._-]+$/.test(namespace)) return namespace
  throw usageError('--namespace must be a name of letters, digits, dots, dashes and underscores')
}

/** For a command that needs one: names those that the server has. */
export async function namespaceMissing(connection: Connection): Promise<Error> {
  const { namespaces, isPartial } = await findNamespaces(connection)
  const looked = isPartial ? ' (not all of its keys were looked at)' : ''
  const found = namespaces.length === 0 ? 'found none' : `found ${namespaces.join(', ')}`
  return usageError(
    `--namespace is missing: give that of your createCache; ${found} at ${connection.shown}${looked}`,
  )
}
