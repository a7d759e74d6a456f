import { deserialize, serialize } from 'node:v8'
import { builtIn, type Codec } from './codec.ts'

const structured = builtIn<Uint8Array>({ id: 'v', encode: serialize, decode: deserialize })

/**
 * The structured clone algorithm, as V8 writes it: keeps cycles and shared references, which JSON cannot.
 *
 * Its limits: objects of classes come back as plain objects without regard to `toJSON` (a URL or an ObjectId as an empty
 * one or its bytes); errors keep their stacks, which name files; functions are refused; only Node can read it, and only
 * a version as new as the one that wrote it, so entries that a newer Node wrote are misses for an older one.
 */
export function structuredCodec(): Codec<Uint8Array> {
  return structured
}
