import { freePort } from './free-port.ts'
import { isPortFree } from './is-port-free.ts'

/** A node of a Redis Cluster talks to the others this far above its own port. */
const busOffset = 10_000
const highestPort = 65_535

/** A free loopback port for a node of a Redis Cluster, whose second one is free too. */
export const freeClusterPort = async (): Promise<number> => {
  for (;;) {
    const port = await freePort()
    if (port + busOffset <= highestPort && (await isPortFree(port + busOffset))) return port
  }
}
