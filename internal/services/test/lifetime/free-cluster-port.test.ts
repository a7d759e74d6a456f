import { expect, it } from 'vitest'
import { freeClusterPort } from '../../src/lifetime/free-cluster-port.ts'
import { isPortFree } from '../../src/lifetime/is-port-free.ts'

it('finds ports that leave room for the second one of a node', async () => {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = await freeClusterPort()
    expect(port).toBeLessThanOrEqual(55_535)
    expect(await isPortFree(port + 10_000)).toBe(true)
  }
})
