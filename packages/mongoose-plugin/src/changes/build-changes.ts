import type { Change, ChangeExactness } from '../change.ts'
import type { Image } from '../images/image.ts'
import { topLevelNames, type TouchedPaths } from '../paths/touched-paths.ts'
import type { Registration } from '../registration.ts'
import type { WriteOrigin } from '../writes/write-operation.ts'
import { type Effect, unknownEffect } from './effect.ts'

/** Where a write happened. */
export interface WritePlace extends WriteOrigin {
  readonly db: string
  readonly collection: string
}

/** The changes that a registration is told of: its own watched fields, and one change where there are too many. */
export function buildChanges(
  effects: readonly Effect[],
  registration: Registration,
  place: WritePlace,
): Change[] {
  const own = effects.filter((effect) => registration.concerns(effect))
  const told = own.length > Math.max(1, registration.maxIds) ? [collapse(own)] : own
  return told.map((effect) => changeOf(effect, registration, place))
}

function collapse(effects: readonly Effect[]): Effect {
  const [first] = effects
  const op = first !== undefined && effects.every((effect) => effect.op === first.op) ? first.op : 'unknown'
  const touched = new Set<string>()
  for (const effect of effects) {
    if (effect.touched === 'all') return unknownEffect(op, 'all')
    for (const path of effect.touched) touched.add(path)
  }
  return unknownEffect(op, touched as TouchedPaths)
}

function changeOf(effect: Effect, registration: Registration, place: WritePlace): Change {
  const { source, model, db, collection } = place
  const { watch, images } = registration
  const exactness = exactnessFor(effect, registration)
  const valued = exactness !== 'none' && watchesEffect(registration, effect)
  const before = valued && images !== 'off' ? effect.before : undefined
  const after = valued ? (images === 'off' ? effect.literal : effect.after) : undefined
  return {
    op: effect.op,
    ...(effect.id.length === 1 && { id: effect.id[0] as NonNullable<Change['id']> }),
    touched: topLevelNames(effect.touched),
    ...(before && { before: valuesOf(before, watch) }),
    ...(after && { after: valuesOf(after, watch) }),
    source,
    exactness,
    db,
    collection,
    ...(model !== undefined && { model }),
  }
}

function watchesEffect(registration: Registration, effect: Effect): boolean {
  return effect.op === 'insert' ? registration.watch.length > 0 : registration.watches(effect)
}

function exactnessFor(effect: Effect, registration: Registration): ChangeExactness {
  if (!watchesEffect(registration, effect)) return effect.identity
  if (registration.images !== 'off' || effect.id.length === 0) return effect.exactness
  return effect.op === 'insert' && effect.literal !== undefined ? effect.exactness : 'static'
}

function valuesOf(image: Image, watch: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const path of watch) {
    if (image.has(path)) values[path] = image.get(path)
  }
  return values
}
