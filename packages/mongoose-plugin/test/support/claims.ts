import { inspect } from 'node:util'

import type { Change, ChangeExactness } from '../../src/index.ts'
import type { HistoryEvent, MoverWorld, Place } from './mover-world.ts'

/** What a consumer does with a change: it invalidates by the values of one that it trusts, and everything otherwise. */
export function falseClaims(
  world: MoverWorld,
  history: readonly HistoryEvent[],
  trusted: readonly ChangeExactness[] = ['exact'],
): string[] {
  return history.flatMap((event) => {
    const changes = world.told(event.marker)
    const trustedOnes = changes.filter((change) => trusted.includes(change.exactness))
    const wrong = trustedOnes.filter((change) => !tellsOf(change, event))
    if (wrong.length === 0 && changes.length > 0) return []
    return [`${describe(event)} was told as ${changes.map(describe).join(' and ') || 'nothing'}`]
  })
}

function tellsOf({ before, after, touched }: Change, event: HistoryEvent): boolean {
  const moved = textOf(event.before) !== textOf(event.after)
  if (before === undefined && after === undefined) {
    return !moved && touched !== 'all' && !touched.has('category') && !touched.has('published')
  }
  return textOf(before ?? {}) === textOf(event.before) && textOf(after ?? {}) === textOf(event.after)
}

function describe({ before, after }: { before?: Place; after?: Place }): string {
  return `${textOf(before ?? {})} to ${textOf(after ?? {})}`
}

function textOf({ category, published }: Place): string {
  return inspect([category, published], { depth: null, breakLength: Infinity })
}
