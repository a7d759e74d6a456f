import { CacheSerializationError, kindOfError } from './errors.ts'

/**
 * The Standard Schema interface (standardschema.dev, version 1), as zod, valibot and arktype implement it.
 * Repeated here because it is a shape, not a dependency.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: unknown }[] }

/**
 * The schema's output, at once where the schema is synchronous.
 * @throws {CacheSerializationError} naming where the value does not fit, never the value.
 */
export function checkSchema(schema: StandardSchema, value: unknown): unknown {
  try {
    const result = schema['~standard'].validate(value)
    // A promise of another realm is no instance of this one's.
    return 'then' in result ? Promise.resolve(result).then(outputOf, faultOf) : outputOf(result)
  } catch (error) {
    return faultOf(error)
  }
}

function outputOf(result: SchemaResult<unknown>): unknown {
  if (result.issues !== undefined) {
    const paths = result.issues.slice(0, 3).map((issue) => pathText(issue.path))
    throw new CacheSerializationError('schema', `the value does not fit the schema at ${paths.join(', ')}`)
  }
  if ('value' in result) return result.value
  throw new CacheSerializationError('schema', 'the schema returned neither a value nor issues')
}

/** Not the cause itself: its message may quote the value. */
function faultOf(error: unknown): never {
  if (error instanceof CacheSerializationError) throw error
  throw new CacheSerializationError('schema', `the schema threw (${kindOfError(error)})`)
}

/** What looks like the name of a field or an index: other keys, such as those of a record, may be data. */
const namePattern = /^[\w$-]{1,40}$/

function pathText(path: unknown): string {
  if (!Array.isArray(path) || path.length === 0) return 'its root'
  return path
    .map((part: unknown) => {
      const name = String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part)
      return namePattern.test(name) ? name : '…'
    })
    .join('.')
}
