import { CacheConfigError } from '../errors.ts'

/** One segment of a template: literal text, or a parameter. */
export type Segment = { readonly literal: string } | { readonly parameter: string }

/** A parsed key template: segments that are always there, then optional groups in their order. */
export interface ParsedTemplate {
  readonly template: string
  readonly required: readonly Segment[]
  readonly optional: readonly (readonly Segment[])[]
  readonly names: readonly string[]
}

const parameterShape = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/
const literalShape = /^[A-Za-z0-9._-]+$/
const templateShape = /^([^[\]]+)((?:\[:[^[\]]+\])*)$/

/**
 * Reads a template: segments divided by `:`, each a literal or one `{parameter}`, then any number of optional groups
 * `[:literal:{parameter}]`. Optional groups stand last and begin with literals that differ, so that every key has
 * exactly one reading.
 * @throws {CacheConfigError} when the template is none, with `path` naming it.
 */
export function parseTemplate(template: string, path = 'key'): ParsedTemplate {
  const match = typeof template === 'string' ? templateShape.exec(template) : null
  if (match === null) {
    throw new CacheConfigError(
      path,
      "must be a template such as 'video:{id}' or 'list:{page}[:owner:{owner}]'",
    )
  }
  const required = parseSegments(match[1] ?? '', path)
  const first = required[0]
  if (first === undefined || 'parameter' in first)
    throw new CacheConfigError(path, 'must begin with a literal segment')
  const groups = [...(match[2] ?? '').matchAll(/\[:([^[\]]+)\]/g)].map((group) =>
    parseSegments(group[1] ?? '', path),
  )
  checkOptional(groups, path)
  const names = [...required, ...groups.flat()].flatMap((segment) =>
    'parameter' in segment ? [segment.parameter] : [],
  )
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new CacheConfigError(path, `uses the parameter {${twice}} twice`)
  return { template, required, optional: groups, names }
}

function parseSegments(text: string, path: string): Segment[] {
  return text.split(':').map((part) => {
    const parameter = parameterShape.exec(part)?.[1]
    if (parameter !== undefined) return { parameter }
    if (literalShape.test(part)) return { literal: part }
    throw new CacheConfigError(
      path,
      `has the segment '${part}': each is a literal (letters, digits, . _ -) or one {parameter}`,
    )
  })
}

function checkOptional(groups: readonly (readonly Segment[])[], path: string): void {
  const seen = new Set<string>()
  for (const group of groups) {
    const first = group[0]
    if (first === undefined || 'parameter' in first || seen.has(first.literal)) {
      throw new CacheConfigError(
        path,
        'optional groups must begin with literals that differ, such as [:owner:{owner}]',
      )
    }
    if (!group.some((segment) => 'parameter' in segment)) {
      throw new CacheConfigError(path, `has the optional group [:${first.literal}] without a parameter`)
    }
    seen.add(first.literal)
  }
}

/** Whether some key could belong to both templates. */
export function templatesOverlap(a: ParsedTemplate, b: ParsedTemplate): boolean {
  return shapes(a).some((left) => shapes(b).some((right) => shapesOverlap(left, right)))
}

function shapes(template: ParsedTemplate): Segment[][] {
  return template.optional.reduce<Segment[][]>(
    (found, group) => [...found, ...found.map((shape) => [...shape, ...group])],
    [[...template.required]],
  )
}

function shapesOverlap(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length &&
    a.every((segment, index) => {
      const other = b[index]
      if (other === undefined || 'parameter' in segment || 'parameter' in other) return true
      return segment.literal === other.literal
    })
  )
}
