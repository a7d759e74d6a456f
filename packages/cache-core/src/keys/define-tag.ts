import { createKeyBuilder } from './define-key.ts'
import type { ParamsOf } from './params.ts'
import { parseTemplate } from './template.ts'

/** A typed builder of tags: call it with the parameters of its template. */
export type TagBuilder<Params> = (params: Params) => string

/**
 * Builds tags as `defineKey` builds keys, with the same escaping: `defineTag('owner:{id}')({ id })`.
 * @throws {CacheConfigError} when the template cannot be read unambiguously.
 */
export function defineTag<const Template extends string>(template: Template): TagBuilder<ParamsOf<Template>> {
  const builder = createKeyBuilder<ParamsOf<Template>>(parseTemplate(template, 'tag'))
  return (params) => builder.build(params)
}
