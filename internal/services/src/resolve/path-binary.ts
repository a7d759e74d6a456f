import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { probeBinary, type Probe } from './probe-binary.ts'
import type { Resolver, ServerBinary } from './resolver.ts'

export interface PathBinary {
  /** Names to look for, the preferred one first. */
  names: readonly string[]
  /** Looked at first when set, an absolute path. */
  variable?: string
  accept: (probe: Probe) => boolean
  wanted: string
}

/** A program that is installed on this machine. */
export const pathBinary = ({ names, variable, accept, wanted }: PathBinary): Resolver<ServerBinary> => ({
  title: `${names.join(' or ')} on PATH`,
  find: async () => {
    const named = variable === undefined ? undefined : process.env[variable]
    const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
    const places = names.flatMap((name) => folders.map((folder) => join(folder, name)))
    for (const place of named === undefined ? places : [named, ...places]) {
      if (!(await isExecutable(place))) continue
      const probe = await probeBinary(place)
      if (probe !== undefined && accept(probe)) return { server: probe }
    }
    return { notHere: `no ${wanted} found` }
  },
})

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
