import { afterEach, expect, test } from 'vitest'
import type { Timing } from '../../../src/cli/bench/percentiles.ts'
import { systemClock } from '../../../src/index.ts'
import { closeAll, connect } from '../../support/connect.ts'
import { runCommand } from '../../support/run-command.ts'
import { ownRedis, stopServers } from '../../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

test('a bench measures cache and client alike, and leaves nothing behind', async () => {
  const server = await ownRedis()
  const redis = await connect(server.url)
  await redis.set('mine', 'x')
  const argv = ['bench', '--operations', '300', '--concurrency', '20', '--size', '100', '--url', server.url]
  const { code, out, err } = await runCommand([...argv, '--json'], { clock: systemClock })
  expect([code, err]).toEqual([0, ''])
  const { results } = JSON.parse(out) as { results: ({ name: string } & Timing)[] }
  expect(results.map(({ name, operations, failed }) => [name, operations, failed])).toEqual([
    ['client SET', 300, 0],
    ['client GET', 300, 0],
    ['cache set', 300, 0],
    ['cache get (hit)', 300, 0],
  ])
  for (const { perSecond, p50Ms, p95Ms, p99Ms } of results) {
    expect(perSecond).toBeGreaterThan(0)
    expect(p50Ms <= p95Ms && p95Ms <= p99Ms).toBe(true)
  }
  expect(await redis.keys('*')).toEqual(['mine'])
  expect((await runCommand(argv, { clock: systemClock })).out).toMatch(
    /^client SET +[\d,]+ +[\d.]+ m?s +[\d.]+ m?s +[\d.]+ m?s$/m,
  )
})

test('a bench that is stopped removes its keys all the same', async () => {
  const server = await ownRedis()
  const redis = await connect(server.url)
  const { code, out, err } = await runCommand(['bench', '--url', server.url], { interrupted: true })
  expect([code, out]).toEqual([130, ''])
  expect(err).toContain('the keys of the bench were removed')
  expect(await redis.keys('*')).toEqual([])
})
