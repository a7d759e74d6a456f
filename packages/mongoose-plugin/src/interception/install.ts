import { addQueryMethods } from '../queries/query-methods.ts'
import type { Registration } from '../registration.ts'
import { watchClient } from './client-bulk-write.ts'
import { nameOrigins } from './collection-view.ts'
import { InterceptedCollection } from './intercepted-collection.ts'
import type { ModelLike } from './mongoose-like.ts'
import { watchOutputs } from './output-cursor.ts'

const registrationsOfModel = Symbol.for('@vidnest/mongoose-plugin/registrations')

interface RegistrationOwner {
  [registrationsOfModel]?: Set<Registration>
}

/**
 * Registers the plugin with the model's collection object. Safe to call any number of times, which Mongoose does for
 * `useDb` and further connections; `useConnection` and `discriminator` call it again for what they bring.
 */
export function install(model: ModelLike, registration: Registration): void {
  const state = InterceptedCollection.of(model.collection)
  state.register(registration)
  nameOrigins(model, state)
  addQueryMethods(model, registration)
  watchOutputs(model.collection)
  watchClient(model.collection.conn)
  const owner = model as ModelLike & RegistrationOwner
  const known = owner[registrationsOfModel]
  if (known !== undefined) {
    known.add(registration)
    return
  }
  Object.defineProperty(model, registrationsOfModel, { value: new Set([registration]) })
  installAgainAfter(model, 'useConnection', (_result, target) => target)
  installAgainAfter(model, 'discriminator', (child) => child as ModelLike)
}

function installAgainAfter(
  model: ModelLike & RegistrationOwner,
  method: string,
  modelOf: (result: unknown, target: ModelLike) => ModelLike,
): void {
  const original = (model as unknown as Record<string, unknown>)[method]
  if (typeof original !== 'function') return
  const value = function (this: ModelLike, ...args: unknown[]): unknown {
    const result: unknown = original.apply(this, args)
    for (const registration of model[registrationsOfModel] ?? []) install(modelOf(result, this), registration)
    return result
  }
  Object.defineProperty(model, method, { value, writable: true, configurable: true, enumerable: false })
}
