import { scripts } from '../../src/redis/scripts.generated.ts'
import type { BrokenScripts } from '../support/mutants.ts'

const { acquire, noteTags, settle } = scripts

/** A generation far in the future: what carries it passes for loaded after every invalidation. */
const farGeneration = '8999999999999999'
const stamped = (generation: string): string =>
  `redis.call('SET', slot, string.sub(value, 1, 14) .. ${generation} .. string.sub(value, 31), 'PX', lifeMs)`
const storing = "redis.call('SET', slot, value, 'PX', lifeMs)"

const withoutComparing = (lua: string): string => lua.replaceAll("return 'void'", '')
const withoutMarkers = (lua: string): string =>
  lua
    .replace('if bad then', 'if false then')
    .replace('if moved then', 'if false then')
    // The entry then passes for one that was loaded after the invalidation.
    .replace(storing, stamped("string.sub(redis.call('GET', generationKey), 1, 16)"))

/** The scripts with a rule of the protocol taken out, on one server. */
export const onOneServer = {
  comparing: { settle: withoutComparing(settle.lua) },
  generation: {
    acquire: acquire.lua.replace('local function answer(', `generation = '${farGeneration}'\n$&`),
  },
  markers: { settle: withoutMarkers(settle.lua) },
  comparingAndMarkers: { settle: withoutComparing(withoutMarkers(settle.lua)) },
} as const satisfies Readonly<Record<string, BrokenScripts>>

const blindToMarkers = noteTags.lua.replaceAll("outcome = 'void'", '')

/** The same on a Cluster, where the generation and the markers have scripts of their own. */
export const onCluster = {
  comparing: { settle: withoutComparing(settle.lua) },
  generation: {
    noteTags: noteTags.lua.replace(
      'string.sub(current, 1, 25) }',
      `(noted and generation or '${farGeneration}') .. string.sub(current, 17, 25) }`,
    ),
  },
  markers: {
    noteTags: blindToMarkers,
    settle: settle.lua.replace(storing, stamped(`'${farGeneration}'`)),
  },
  comparingAndMarkers: {
    noteTags: blindToMarkers,
    settle: withoutComparing(settle.lua.replace(storing, stamped(`'${farGeneration}'`))),
  },
} as const satisfies Readonly<Record<string, BrokenScripts>>
