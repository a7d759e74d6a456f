import { describe, expect, it } from 'vitest'

import type { Effect } from '../../src/changes/effect.ts'
import { CollectionTags } from '../../src/queries/collection-tags.ts'
import { writtenTags } from '../../src/queries/written-tags.ts'

const tags = new CollectionTags('shop', 'items')
const effect = (changed: Partial<Effect> = {}): Effect => ({
  op: 'update',
  id: [1],
  touched: new Set(['a.b', 'c']),
  exactness: 'none',
  identity: 'exact',
  ...changed,
})

describe('writtenTags', () => {
  it.each<[string, Partial<Effect>, string[]]>([
    ['an update', {}, [tags.document(1), tags.updates, tags.path('a'), tags.path('c')]],
    ['an update of unknown paths', { touched: 'all' }, [tags.document(1), tags.updates, tags.anyPath]],
    ['a replacement', { op: 'replace', touched: 'all' }, [tags.document(1), tags.updates, tags.anyPath]],
    ['an insert', { op: 'insert', touched: 'all' }, [tags.document(1), tags.members]],
    ['a delete of unknown outcome', { op: 'delete', identity: 'static' }, [tags.document(1), tags.members]],
    ['a write whose id is not known', { id: [] }, [tags.all]],
    ['a write whose id was read beside it', { identity: 'read' }, [tags.all]],
    ['a write of an unknown kind', { op: 'unknown' }, [tags.all]],
  ])('are those of %s', (_name, changed, expected) => {
    expect(writtenTags([effect(changed)], tags, 500)).toEqual(expected)
  })

  it('are those of each document, up to a number', () => {
    const effects = [effect(), effect({ id: [2] })]
    expect(writtenTags(effects, tags, 2)).toContain(tags.document(2))
    expect(writtenTags(effects, tags, 1)).toEqual([tags.all])
    expect(writtenTags([], tags, 1)).toEqual([])
  })
})
