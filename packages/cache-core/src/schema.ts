import { CacheSerializationError } from './errors.ts'

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
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? result.then(outputOf) : outputOf(result)
}

function outputOf(result: SchemaResult<unknown>): unknown {
  if (result.issues === undefined) return result.value
  const paths = result.issues.map((issue) => pathText(issue.path)).slice(0, 3)
  throw new CacheSerializationError(`the value does not fit the schema at ${paths.join(', ')}`)
}

function pathText(path: unknown): string {
  if (!Array.isArray(path) || path.length === 0) return 'its root'
  return path
    .map((part: unknown) =>
      String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
    )
    .join('.')
}
