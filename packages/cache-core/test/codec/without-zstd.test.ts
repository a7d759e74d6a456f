import { expect, test, vi } from 'vitest'
import { ValueFormats } from '../../src/codec/value-formats.ts'
import { createCache } from '../../src/index.ts'

// As Node before 22.15 has it.
vi.mock('node:zlib', async (original) => {
  const { default: zlib } = await original<{ readonly default: object }>()
  return { default: { ...zlib, zstdCompressSync: undefined, zstdDecompressSync: undefined } }
})

test('where Node has no zstd, asking for it is refused, naming the option and the version', () => {
  const make = (): unknown =>
    createCache({ namespace: 'n', enabled: false, compression: { algorithm: 'zstd' } })
  expect(make).toThrow(expect.objectContaining({ path: 'compression.algorithm' }) as Error)
  expect(make).toThrow('22.15')
})

test('and an entry that another process compressed with it is refused, without an exception of its own', () => {
  const format = new ValueFormats({ compression: { algorithm: 'gzip' } }).of({})
  expect(() => format.decode({ codec: 'j', flags: 'z', payload: '5:AAAA' })).toThrow(
    expect.objectContaining({ code: 'E_CACHE_SERIALIZATION', reason: 'codec' }) as Error,
  )
})
