import { install } from './interception/install.ts'
import type { ModelLike, SchemaLike } from './interception/mongoose-like.ts'
import { type CachePluginOptions, checkOptions } from './options.ts'
import { Registration } from './registration.ts'

/**
 * Mongoose plugin: after every write of the schema's models, and after the commit of its transaction, the targets that
 * `options.invalidate` names are invalidated before the write's promise resolves. Apply it before `mongoose.model()`.
 * @example `videoSchema.plugin(cachePlugin, { cache, invalidate: (change) => [{ tag: 'videos' }] })`
 * @throws {CacheConfigError} for a missing, unknown or wrong option.
 */
export function cachePlugin(schema: SchemaLike, options: CachePluginOptions): void {
  checkOptions(options)
  schema.on('init', (compiled) => {
    const model = compiled as ModelLike
    install(model, new Registration(options, model.schema?.options ?? {}))
  })
}
