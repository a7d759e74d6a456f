import { join } from 'node:path'
import { cacheFolders, writableCacheFolder } from './cache-folders.ts'
import { probeBinary } from './probe-binary.ts'
import type { Resolver, ServerBinary } from './resolver.ts'

const version = '7.0.24'

/** MongoDB's own download, by mongodb-memory-server, which knows a truncated one. */
export const mongoDownload = (): Resolver<ServerBinary> => ({
  title: 'MongoDB download by mongodb-memory-server',
  find: async (progress) => {
    const { DryMongoBinary, MongoBinary } = await import('mongodb-memory-server-core')
    for (const cache of await cacheFolders()) {
      const cached = await DryMongoBinary.locateBinary({ version, downloadDir: folderIn(cache) })
      const binary = cached === undefined ? undefined : await probeBinary(cached)
      if (binary !== undefined) return { server: binary }
    }
    progress('downloading')
    const path = await MongoBinary.getPath({ version, downloadDir: folderIn(await writableCacheFolder()) })
    const binary = await probeBinary(path)
    if (binary === undefined) throw new Error(`the downloaded program ${path} does not run on this system`)
    return { server: binary }
  },
})

const folderIn = (cache: string): string => join(cache, 'mongodb')
