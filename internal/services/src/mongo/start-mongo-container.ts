import { freePort } from '../lifetime/free-port.ts'
import type { MongoServer } from './mongo-server.ts'

/** The same replica set as a container: the last way, where nothing can run natively. */
export const startMongoContainer = async (image: string): Promise<MongoServer> => {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers')
  const port = await freePort()
  // The member's own name must be an address that works inside and outside: the same port on both sides.
  const started = await new GenericContainer(image)
    .withCommand(['mongod', '--replSet', 'rs0', '--bind_ip_all', '--port', String(port)])
    .withExposedPorts({ container: port, host: port })
    .withWaitStrategy(Wait.forLogMessage(/waiting for connections/i))
    .start()
  const config = `{ _id: 'rs0', members: [{ _id: 0, host: '127.0.0.1:${port}' }] }`
  const initiate = `rs.initiate(${config}); while (!db.hello().isWritablePrimary) sleep(50)`
  await started.exec(['mongosh', '--quiet', '--port', String(port), '--eval', initiate])
  const client = await getContainerRuntimeClient()
  const handle = client.container.getById(started.getId())
  const uriFor = (database: string): string => `mongodb://127.0.0.1:${port}/${database}?replicaSet=rs0`
  let stopping: Promise<unknown> | undefined
  return {
    uri: uriFor(''),
    uriFor,
    port,
    pid: (await handle.inspect()).State.Pid,
    version: image,
    stop: async () => void (await (stopping ??= started.stop())),
    pause: async () => void (await handle.pause()),
    resume: async () => void (await handle.unpause()),
  }
}
