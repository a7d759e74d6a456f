import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { startSentinel } from '../../src/redis/start-sentinel.ts'
import { isRunning } from '../support/process-state.ts'
import { until } from '../support/until.ts'

it('promotes the replica when the master is killed, and ends every process', async () => {
  const { name, sentinels, master, replicas, sentinelServers, stop } = await startSentinel({
    downAfterMs: 300,
  })
  const client = new Redis({ sentinels, name })
  client.on('error', () => undefined)
  try {
    await client.set('key', 'value')
    await client.wait(1, 5000)
    await master.kill()
    await until(async () => (await client.info('server')).includes(`process_id:${replicas[0]?.pid}\r`))
    expect(await client.get('key')).toBe('value')
  } finally {
    client.disconnect()
    await stop()
  }
  expect([...replicas, ...sentinelServers].filter(({ pid }) => isRunning(pid))).toEqual([])
})
