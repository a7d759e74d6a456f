import type { Connection } from '../connection/connection.ts'
import { ok, problem, type Finding } from './finding.ts'

/** What can be said of the application's client from here. */
export function checkClient({ libraryVersion, isCluster, hasKeyPrefix }: Connection): Finding[] {
  const [major = 0, minor = 0] = libraryVersion.split('.').map(Number)
  const isOld = major < 5 || (major === 5 && minor < 4)
  const profile = isCluster
    ? "new Cluster(nodes, redisProfile('cluster'))"
    : "new Redis({ ...redisProfile('cache'), host })"
  const message = `ioredis ${libraryVersion} is installed`
  return [
    isOld
      ? problem('client', `${message}, which is too old`, 'install ioredis 5.4 or newer')
      : ok(
          'client',
          message,
          `its defaults wait without a limit and send commands twice; make the client by ${profile}`,
        ),
    hasKeyPrefix
      ? problem(
          'keyPrefix',
          'the address asks for a keyPrefix, which createCache refuses',
          'take it out of the URL and use `namespace`: ioredis does not apply it to SCAN, so sweeps would find nothing',
        )
      : ok('keyPrefix', 'the address asks for none; createCache refuses a client that has one'),
  ]
}
