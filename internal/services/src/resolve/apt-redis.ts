import { join } from 'node:path'
import { canUseApt } from './apt-get.ts'
import { findUnpacked, unpackPackages } from './apt-packages.ts'
import { probeBinary } from './probe-binary.ts'
import type { Resolver, ServerBinary } from './resolver.ts'

// The program itself is in the second one.
const packages = ['redis-server', 'redis-tools']

/** Debian's redis-server, unpacked into the cache folder. */
export const aptRedis = (): Resolver<ServerBinary> => ({
  title: 'redis-server from Debian (apt)',
  find: async (progress) => {
    const cached = await probeUnpacked()
    if (cached !== undefined) return { server: cached }
    const blocked = await canUseApt()
    if (blocked !== undefined) return { notHere: blocked }
    await unpackPackages(packages, progress)
    const unpacked = await probeUnpacked()
    if (unpacked === undefined) throw new Error('the unpacked program does not run on this system')
    return { server: unpacked }
  },
})

const probeUnpacked = async (): Promise<ServerBinary | undefined> => {
  const unpacked = await findUnpacked(packages)
  return unpacked && probeBinary(join(unpacked.folder, 'usr', 'bin', 'redis-server'), unpacked.env)
}
