import { join } from 'node:path'
import { canUseApt } from './apt-get.ts'
import { findUnpacked, unpackPackages, type UnpackedPackages } from './apt-packages.ts'
import { probeBinary } from './probe-binary.ts'
import type { Resolver, ServerBinary } from './resolver.ts'

// The program itself is in the second one.
const packages = ['redis-server', 'redis-tools']

/** Debian's redis-server, unpacked into the cache folder. */
export const aptRedis = (): Resolver<ServerBinary> => ({
  title: 'redis-server from Debian (apt)',
  find: async (progress) => {
    const copies = await findUnpacked(packages)
    for (const copy of copies) {
      const cached = await probe(copy)
      if (cached !== undefined) return { server: cached }
    }
    const blocked = await canUseApt()
    const useless = copies.map(({ folder }) => `; the copy in ${folder} does not run and can be deleted`)
    if (blocked !== undefined) return { notHere: blocked + useless.join('') }
    const works = async (copy: UnpackedPackages): Promise<boolean> => (await probe(copy)) !== undefined
    const unpacked = await probe(await unpackPackages(packages, { works, progress }))
    if (unpacked === undefined) throw new Error('the unpacked program does not run on this system')
    return { server: unpacked }
  },
})

const probe = ({ folder, env }: UnpackedPackages): Promise<ServerBinary | undefined> =>
  probeBinary(join(folder, 'usr', 'bin', 'redis-server'), env)
