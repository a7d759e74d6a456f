import { touchedPaths, type UpdateDocument } from '../paths/touched-paths.ts'
import { isSession } from '../transactions/session.ts'
import { filterIds } from './filter-ids.ts'
import type { Fields, WriteCall, WriteMethod, WriteOperation, WriteOrigin } from './write-operation.ts'

/** Takes the arguments of a write method apart. Arguments that the driver is going to refuse describe no operation. */
export function describeWrite(method: WriteMethod, args: readonly unknown[], origin: WriteOrigin): WriteCall {
  const options = asFields(args[optionsIndex(method)])
  const { session } = options
  return {
    method,
    operations: operationsOf(method, args, options),
    options,
    session: isSession(session) ? session : undefined,
    origin,
  }
}

/** Where the options stand among the arguments. */
export function optionsIndex(method: WriteMethod): number {
  if (method === 'drop') return 0
  return /^(update|replace|findOneAnd(Update|Replace))/.test(method) ? 2 : 1
}

/** A write of which nothing is known but that it happened. */
export function unknownOperation(): WriteOperation {
  return { op: 'unknown', many: true, filter: {}, touched: 'all', upsert: false, findOptions: {} }
}

function operationsOf(method: WriteMethod, args: readonly unknown[], options: Fields): WriteOperation[] {
  const [first, second] = args
  switch (method) {
    case 'insertOne':
      return [insertOf(first)]
    case 'insertMany':
      return Array.isArray(first) ? first.map(insertOf) : []
    case 'updateOne':
    case 'findOneAndUpdate':
      return [updateOf({ filter: first, update: second, options, many: false })]
    case 'updateMany':
      return [updateOf({ filter: first, update: second, options, many: true })]
    case 'replaceOne':
    case 'findOneAndReplace':
      return [replaceOf({ filter: first, replacement: second, options })]
    case 'deleteOne':
    case 'findOneAndDelete':
      return [deleteOf({ filter: first, options, many: false })]
    case 'deleteMany':
      return [deleteOf({ filter: first, options, many: true })]
    case 'bulkWrite':
      return Array.isArray(first) ? first.map((entry) => bulkOperation(asFields(entry))) : []
    case 'drop':
    case 'rename':
      return [unknownOperation()]
  }
}

function bulkOperation(entry: Fields): WriteOperation {
  const [name, body] = Object.entries(entry)[0] ?? ['', undefined]
  const fields = asFields(body)
  const { filter, update, replacement } = fields
  switch (name) {
    case 'insertOne':
      return insertOf('document' in fields ? fields.document : fields)
    case 'updateOne':
    case 'updateMany':
      return updateOf({ filter, update, options: fields, many: name === 'updateMany' })
    case 'replaceOne':
      return replaceOf({ filter, replacement, options: fields })
    case 'deleteOne':
    case 'deleteMany':
      return deleteOf({ filter, options: fields, many: name === 'deleteMany' })
    default:
      return unknownOperation()
  }
}

function insertOf(document: unknown): WriteOperation {
  const inserted = asFields(document)
  return {
    op: 'insert',
    many: false,
    filter: {},
    document: inserted,
    touched: 'all',
    upsert: false,
    findOptions: {},
  }
}

function updateOf(call: {
  filter: unknown
  update: unknown
  options: Fields
  many: boolean
}): WriteOperation {
  const update = asFields(call.update) as UpdateDocument
  return {
    ...filtered(call),
    op: 'update',
    update,
    touched: touchedPaths(update),
    upsert: call.options.upsert === true,
  }
}

function replaceOf(call: { filter: unknown; replacement: unknown; options: Fields }): WriteOperation {
  const document = asFields(call.replacement)
  const upsert = call.options.upsert === true
  return { ...filtered({ ...call, many: false }), op: 'replace', document, touched: 'all', upsert }
}

function deleteOf(call: { filter: unknown; options: Fields; many: boolean }): WriteOperation {
  return { ...filtered(call), op: 'delete', touched: 'all', upsert: false }
}

function filtered({ filter, options, many }: { filter: unknown; options: Fields; many: boolean }) {
  const fields = asFields(filter)
  const ids = filterIds(fields, options.collation)
  const named = ids !== undefined && (many || ids.length === 1) ? { ids } : {}
  return { many, filter: fields, findOptions: findOptionsOf(options), ...named }
}

function findOptionsOf(options: Fields): Fields {
  const found: Record<string, unknown> = {}
  for (const name of ['sort', 'collation', 'hint', 'let']) {
    if (options[name] !== undefined) found[name] = options[name]
  }
  return found
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
