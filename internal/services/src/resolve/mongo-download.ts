import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { probeBinary } from './probe-binary.ts'
import type { Resolver, ServerBinary } from './resolver.ts'

/** MongoDB's own download, by mongodb-memory-server. */
export const mongoDownload = (): Resolver<ServerBinary> => ({
  title: 'MongoDB download by mongodb-memory-server',
  find: async (progress) => {
    const { MongoBinary } = await import('mongodb-memory-server-core')
    const downloadDir = join(await cacheFolder(), 'mongodb')
    progress('downloading')
    const path = await MongoBinary.getPath({ version: '7.0.24', downloadDir })
    const binary = await probeBinary(path)
    if (binary === undefined) throw new Error('the downloaded program does not run on this system')
    return { server: binary }
  },
})
