import type { LintFixture } from './lint-fixture.ts'

const core = 'packages/cache-core'
const mongoose = 'packages/mongoose-plugin'
const express = 'packages/express-middleware'

function forbidden(file: string, specifier: string, because: string): LintFixture {
  const code = `import { name } from '${specifier}'\nexport const used: unknown = name`
  return { rule: 'eslint(no-restricted-imports)', file, code, because }
}

function layer(file: string, specifier: string): LintFixture {
  return forbidden(`${core}/src/${file}`, specifier, 'may import of this package only')
}

/** Imports against the direction of the workspace, one for every prohibition. */
export const forbiddenImports: readonly LintFixture[] = [
  forbidden(`${core}/src/redis/client.ts`, 'ioredis', 'never import one'),
  forbidden(`${mongoose}/src/client.ts`, 'ioredis', 'never import one'),
  forbidden(`${express}/src/client.ts`, 'ioredis5', 'never import one'),
  forbidden(`${core}/src/services.ts`, '@vidnest/services', 'A package never imports'),
  forbidden(`${core}/src/bench.ts`, '../../../benchmarks/runner.ts', 'A package never imports'),
  forbidden(
    `${mongoose}/src/example.ts`,
    '../../../examples/vidnest-api/src/app.ts',
    'A package never imports',
  ),
  forbidden(
    `${express}/src/internal.ts`,
    '../../../internal/services/src/start.ts',
    'A package never imports',
  ),
  forbidden(`${core}/test/example.ts`, '@vidnest/vidnest-api', 'Tests of a package may use'),
  forbidden(`${mongoose}/src/deep.ts`, '@vidnest/cache-core/dist/index.js', 'not its files'),
  forbidden(`${mongoose}/src/deeper.ts`, '@vidnest/cache-core/src/keys/escape.ts', 'not its files'),
  forbidden(`${express}/src/across.ts`, '../../../packages/cache-core/src/cache.ts', 'not its files'),
  forbidden(`${express}/src/sideways.ts`, '../../cache-core/src/cache.ts', 'not its files'),
  forbidden(`${express}/test/deep.ts`, '@vidnest/cache-core/src/cache.ts', 'not its files'),
  forbidden('examples/vidnest-api/src/deep.ts', '@vidnest/mongoose-plugin/src/options.ts', 'not its files'),
  forbidden(
    'examples/vidnest-api/src/across.ts',
    '../../../packages/cache-core/src/cache.ts',
    'not its files',
  ),
  forbidden('benchmarks/src/deep.ts', '@vidnest/cache-core/src/cache.ts', 'not its files'),
  forbidden('internal/services/src/cache.ts', '@vidnest/cache-core', 'imports none of them'),
  forbidden(`${core}/src/plugin.ts`, '@vidnest/mongoose-plugin', 'does not depend'),
  forbidden(`${mongoose}/src/plugin.ts`, '@vidnest/express-middleware', 'does not depend'),
  forbidden(`${express}/src/plugin.ts`, '@vidnest/mongoose-plugin', 'does not depend'),
  forbidden(`${core}/src/facade.ts`, './index.ts', 'index.ts is what users import'),
  forbidden(`${mongoose}/src/writes/facade.ts`, '../index.ts', 'index.ts is what users import'),
  forbidden(`${core}/src/engine.ts`, './redis/connect-store.ts', 'create-cache.ts alone joins'),
  forbidden(
    `${core}/src/cache-facade.ts`,
    './cli/run-cli.ts',
    'nothing of the package stands on the command',
  ),
  layer('time/clock.ts', '../keys/escape.ts'),
  layer('errors.ts', './time/clock.ts'),
  layer('schema.ts', './definition.ts'),
  layer('load-context.ts', './definition.ts'),
  layer('keys/escape.ts', '../policy/policy.ts'),
  layer('policy/policy.ts', '../store/entry-store.ts'),
  layer('envelope/slot.ts', '../redis/scan.ts'),
  layer('codec/codec.ts', '../envelope/slot.ts'),
  layer('store/entry-store.ts', '../redis/scan.ts'),
  layer('memory-store/slots.ts', '../redis/scan.ts'),
  layer('flight/flight.ts', '../read-through/lead.ts'),
  layer('observability/stats.ts', '../read-through/lead.ts'),
  layer('metrics/catalog.ts', '../read-through/lead.ts'),
  layer('prometheus/collectors.ts', '../create-cache.ts'),
  layer('opentelemetry/metrics.ts', '../redis/scan.ts'),
  layer('resilience/breaker.ts', '../observability/stats.ts'),
  layer('memory/near-tier.ts', '../store/entry-store.ts'),
  layer('invalidation/queue.ts', '../redis/scan.ts'),
  layer('invalidation/tell.ts', '../bus/publisher.ts'),
  layer('bus/publisher.ts', '../read-through/lead.ts'),
  layer('counters/seeder.ts', '../read-through/lead.ts'),
  layer('read-through/read.ts', '../redis/scan.ts'),
  layer('read-through/compose.ts', '../create-cache.ts'),
  layer('redis/read.ts', '../read-through/lead.ts'),
  layer('redis/compose.ts', '../create-cache.ts'),
  layer('redis/cluster/scan.ts', '../../read-through/lead.ts'),
  layer('testing/chaos.ts', '../create-cache.ts'),
  layer('testing/redis.ts', '../redis/scan.ts'),
  layer('testing/store-contract/rules.ts', '../../memory-store/memory-store.ts'),
  layer('cli/run.ts', '../prometheus/collectors.ts'),
  layer('cli/stats/read.ts', '../../metrics/catalog.ts'),
]

function permitted(file: string, specifier: string): Pick<LintFixture, 'file' | 'code'> {
  return { file, code: `import { name } from '${specifier}'\nexport const used: unknown = name` }
}

/** Neighbours of the above that must stay possible. */
export const permittedImports: readonly Pick<LintFixture, 'file' | 'code'>[] = [
  permitted(`${core}/src/redis/permitted-contract.ts`, '../store/entry-store.ts'),
  permitted(`${core}/src/redis/permitted-own.ts`, './scan.ts'),
  permitted(`${core}/src/redis/cluster/permitted-parent.ts`, '../../store/entry-store.ts'),
  permitted(`${core}/src/read-through/permitted-error.ts`, '../errors.ts'),
  permitted(`${core}/src/testing/permitted-shape.ts`, '../redis/redis-like.ts'),
  permitted(`${core}/src/cli/permitted-own.ts`, './terminal/table.ts'),
  permitted(`${core}/src/cli/stats/permitted-cache.ts`, '../../create-cache.ts'),
  permitted(`${core}/src/cli/stats/permitted-store.ts`, '../../store/key-names.ts'),
  permitted(`${core}/src/create-cache.ts`, './redis/connect-store.ts'),
  permitted(`${core}/src/index.ts`, './redis/redis-like.ts'),
  permitted(`${core}/test/permitted-services.ts`, '@vidnest/services'),
  permitted(`${core}/test/permitted-source.ts`, '../src/keys/escape.ts'),
  permitted(`${mongoose}/src/permitted-entry.ts`, '@vidnest/cache-core'),
  permitted(`${express}/test/permitted-entry.ts`, '@vidnest/cache-core/testing'),
  permitted('examples/vidnest-api/src/permitted-entry.ts', '@vidnest/cache-core/prometheus'),
]
