import { CacheConfigError } from '../errors.ts'
import { escapeGlob, escapeSegment, unescapeSegment } from './escape.ts'
import type { KeyValue, ParamsOf, ParsedParams } from './params.ts'
import { parseTemplate, type ParsedTemplate, type Segment } from './template.ts'

type LooseParams = Readonly<Record<string, KeyValue | undefined>>

/** Builds and reads the keys of one template. */
export interface KeyBuilder<Params> {
  readonly template: string
  /** The key. @throws {CacheConfigError} for a missing, unknown or malformed parameter. */
  build(params: Params): string
  /**
   * A glob (as SCAN's MATCH) for the keys whose parameters equal the given ones. A glob cannot tell where a value ends:
   * check what it finds with {@link KeyBuilder.matches}.
   */
  pattern(params: Partial<Params>): string
  /**
   * The parameters of a key of this template, as text; `undefined` for any other key. A value that was too long and
   * hashed comes back as its hash, `%h…`.
   */
  parse(key: string): ParsedParams<Params> | undefined
  /** Whether `key` is of this template and its parameters equal the given ones. */
  matches(key: string, params: Partial<Params>): boolean
}

/**
 * A typed, pure builder for the keys of a template. `{x}` is a required parameter, `[:name:{x}]` an optional group;
 * values are escaped so that none can add a segment, a glob or a hash tag, and long ones are hashed.
 * @throws {CacheConfigError} when the template cannot be read unambiguously.
 */
export function defineKey<const Template extends string>(template: Template): KeyBuilder<ParamsOf<Template>> {
  return createKeyBuilder<ParamsOf<Template>>(parseTemplate(template))
}

/** The builder of a template that is already parsed. */
export function createKeyBuilder<Params>(parsed: ParsedTemplate): KeyBuilder<Params> {
  return {
    template: parsed.template,
    build: (params) => buildKey(parsed, checkParams(parsed, params)),
    pattern: (params) => buildPattern(parsed, checkParams(parsed, params)),
    parse(key) {
      const raw = readKey(parsed, key)
      if (raw === undefined) return undefined
      const entries = Object.entries(raw).map(([name, segment]) => [
        name,
        unescapeSegment(segment) ?? segment,
      ])
      return Object.fromEntries(entries) as ParsedParams<Params>
    },
    matches(key, params) {
      const wanted = checkParams(parsed, params)
      const raw = readKey(parsed, key)
      if (raw === undefined) return false
      return Object.entries(wanted).every(
        ([name, value]) => value === undefined || raw[name] === escapeValue(value, name),
      )
    },
  }
}

function checkParams(parsed: ParsedTemplate, params: unknown): LooseParams {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new CacheConfigError('params', `must be an object with the parameters of '${parsed.template}'`)
  }
  // Each read builds a key, and a list of the names would cost as much as the rest of it.
  for (const name in params) {
    if (!parsed.names.includes(name) && Object.hasOwn(params, name)) {
      throw new CacheConfigError(`params.${name}`, `is not a parameter of '${parsed.template}'`)
    }
  }
  return params as LooseParams
}

function escapeValue(value: unknown, name: string): string {
  switch (typeof value) {
    case 'string':
      return escapeSegment(value)
    case 'number':
      // Most numbers are ids, whose text needs no escaping.
      if (Number.isSafeInteger(value)) return String(value)
      if (!Number.isFinite(value)) throw new CacheConfigError(`params.${name}`, 'must be a finite number')
      return escapeSegment(String(value))
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      throw new CacheConfigError(`params.${name}`, 'must be a string, a number, a bigint or a boolean')
  }
}

function segmentText(segment: Segment, params: LooseParams): string {
  return 'literal' in segment ? segment.literal : escapeValue(params[segment.parameter], segment.parameter)
}

function groupIsGiven(group: readonly Segment[], params: LooseParams): boolean {
  return group.some((segment) => 'parameter' in segment && params[segment.parameter] !== undefined)
}

function buildKey(parsed: ParsedTemplate, params: LooseParams): string {
  let key = ''
  for (const segment of parsed.required) key += (key === '' ? '' : ':') + segmentText(segment, params)
  for (const group of parsed.optional) {
    if (!groupIsGiven(group, params)) continue
    for (const segment of group) key += `:${segmentText(segment, params)}`
  }
  return key
}

function buildPattern(parsed: ParsedTemplate, params: LooseParams): string {
  const glob = (segment: Segment): string => {
    if ('parameter' in segment && params[segment.parameter] === undefined) return '*'
    return escapeGlob(segmentText(segment, params))
  }
  let pattern = parsed.required.map(glob).join(':')
  for (const group of parsed.optional) {
    if (groupIsGiven(group, params)) pattern += `:${group.map(glob).join(':')}`
    else if (!pattern.endsWith('*')) pattern += '*'
  }
  return parsed.optional.length > 0 && !pattern.endsWith('*') ? `${pattern}*` : pattern
}

function readKey(parsed: ParsedTemplate, key: string): Record<string, string> | undefined {
  const parts = key.split(':')
  const raw: Record<string, string> = {}
  let position = takeSegments(parsed.required, parts, { position: 0, raw })
  for (const group of parsed.optional) {
    const first = group[0]
    if (position === undefined || first === undefined || !('literal' in first)) continue
    if (parts[position] === first.literal) position = takeSegments(group, parts, { position, raw })
  }
  return position === parts.length ? raw : undefined
}

function takeSegments(
  segments: readonly Segment[],
  parts: readonly string[],
  state: { readonly position: number; readonly raw: Record<string, string> },
): number | undefined {
  let position = state.position
  for (const segment of segments) {
    const part = parts[position]
    if (part === undefined || part === '') return undefined
    if ('parameter' in segment) state.raw[segment.parameter] = part
    else if (part !== segment.literal) return undefined
    position += 1
  }
  return position
}
