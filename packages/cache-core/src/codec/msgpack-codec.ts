import { CacheConfigError } from '../errors.ts'
import { builtIn, type Codec } from './codec.ts'

/** What this package needs of a MessagePack library: a `Packr` of msgpackr, for one. */
export interface MsgpackPacker {
  pack(value: unknown): Uint8Array
  unpack(bytes: Uint8Array): unknown
}

/**
 * MessagePack by the library that you choose: a `Packr` of msgpackr as it is, or
 * `{ pack: encode, unpack: decode }` of `@msgpack/msgpack`.
 *
 * It keeps what that library keeps. All processes must pack alike: msgpackr's shared `structures` are not stored with the
 * entries. Make the codec once and share it, or give each packer of a cache another `id` (`A` to `Z`).
 * @throws {CacheConfigError} for a packer without `pack` and `unpack`.
 */
export function msgpackCodec(
  packer: MsgpackPacker,
  { id }: { readonly id?: string } = {},
): Codec<Uint8Array> {
  const given: Partial<Record<keyof MsgpackPacker, unknown>> | null = packer
  if (typeof given?.pack !== 'function' || typeof given.unpack !== 'function') {
    throw new CacheConfigError('packer', 'must have the functions pack and unpack')
  }
  const codec = {
    id: id ?? 'm',
    encode: (value: unknown) => packer.pack(value),
    decode: (bytes: Uint8Array) => packer.unpack(bytes),
  }
  return id === undefined ? builtIn(codec) : codec
}
