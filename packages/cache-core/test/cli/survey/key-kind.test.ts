import { describe, expect, test } from 'vitest'
import { isSwept, recognise } from '../../../src/cli/survey/key-kind.ts'
import { createToken } from '../../../src/envelope/token.ts'
import { KeyNames } from '../../../src/store/key-names.ts'

const single = new KeyNames('shop', false)
const cluster = new KeyNames('shop', true)
const lease = `L1${createToken()}${'0'.repeat(16)}`

function kindOf(name: string, { names = single, type = 'string', head = '' } = {}): string {
  return recognise(names, { name, type, head }).kind
}

describe('a key of a namespace', () => {
  test('is known by its name when it helps', () => {
    expect(kindOf('shop:~generation')).toBe('generation')
    expect(kindOf('{shop:~}generation', { names: cluster })).toBe('generation')
    expect(kindOf('shop:~tag:videos')).toBe('marker')
    expect(kindOf(cluster.marker('x'.repeat(500)), { names: cluster })).toBe('marker')
    expect(kindOf('shop:~counter:views:id:live', { type: 'hash' })).toBe('batch')
    expect(kindOf('{shop:video:1}:w', { type: 'zset' })).toBe('barrier')
    expect(kindOf('shop:~else')).toBe('other')
  })

  test('is known by how it begins when it holds something', () => {
    expect(kindOf('shop:video:1', { head: lease })).toBe('lease')
    expect(kindOf('shop:video:1', { head: `V1${'-'.repeat(40)}` })).toBe('entry')
    expect(kindOf('shop:video:1', { head: `V2${'-'.repeat(40)}` })).toBe('later')
    expect(kindOf('shop:views:1', { head: '-17' })).toBe('counter')
    expect(kindOf('shop:mine', { head: 'V for victory' })).toBe('other')
    expect(kindOf('shop:hash', { type: 'hash' })).toBe('other')
    expect(kindOf('shop:list', { type: 'list', head: lease })).toBe('other')
  })

  test('is swept as the scripts of a sweep do: entries and leases of any format', () => {
    const kinds = [
      'entry',
      'lease',
      'later',
      'counter',
      'batch',
      'marker',
      'generation',
      'barrier',
      'other',
    ] as const
    expect(kinds.filter(isSwept)).toEqual(['entry', 'lease', 'later'])
  })
})
