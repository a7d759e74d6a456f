import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { storeContract } from '../../src/testing/index.ts'
import { closeAll, connect } from '../support/connect.ts'
import { withScripts } from '../support/mutants.ts'
import { redisSubject } from '../support/store-subjects.ts'
import { noticed } from './breaches.ts'

let redis: Redis

beforeAll(async () => {
  redis = await connect()
})
afterAll(closeAll)

const { acquire, settle, sweep } = scripts

/** The scripts with one step taken out, and a check that must notice. */
const breaches = [
  [
    'the compare-and-set',
    'rule 4: a hard invalidation during a load',
    { settle: settle.lua.replaceAll("return 'void'", '') },
  ],
  [
    'the generation of a lease',
    'rule 8: a hard invalidation of a tag known before',
    { acquire: acquire.lua.replace('local function answer(', "generation = '8999999999999999'\n$&") },
  ],
  [
    'the longer life of markers',
    'rule 9: an entry is not judged by markers that lapsed',
    { settle: settle.lua.replace('if left == -1 then return end', 'if true then return end') },
  ],
  [
    'the longer life of a value that is being replaced',
    'rule 1: a value stays servable while it is loaded again',
    { acquire: acquire.lua.replace('left < 2 * leaseMs', 'left < 0') },
  ],
  [
    'the epoch',
    'rule 16: what was begun under another epoch',
    { settle: settle.lua.replace('string.sub(current, 18, 25) ~= ARGV[5]', 'false') },
  ],
  [
    'the look at barriers when storing',
    'rule 17: not even the writer’s own lease stores',
    { settle: settle.lua.replace("'+inf') > 0", "'+inf') > 9") },
  ],
  [
    'the look at what a slot holds when sweeping',
    'rule 14: a sweep leaves alone what holds no entry',
    { sweep: sweep.lua.replace("string.match(head, '^[VL]%d') and #head >= 30", '#head > 0') },
  ],
] as const

test.each(breaches)('without %s the contract notices', async (_, notices, broken) => {
  const createStore = () => redisSubject(withScripts(redis, broken), { plain: redis })
  const checks = storeContract({ createStore }).filter(({ name }) => name.startsWith(notices))
  expect(checks.length).toBeGreaterThan(0)
  expect(await noticed(checks)).toEqual(checks.map(({ name }) => name))
})
