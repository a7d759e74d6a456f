import { planWrite } from '../../src/images/plan-write.ts'
import { ImageReader } from '../../src/images/image-reader.ts'
import type { ImagesOption } from '../../src/options.ts'
import { Registration } from '../../src/registration.ts'
import type { Sending } from '../../src/sending/sending.ts'
import type { OwnSession } from '../../src/transactions/session.ts'
import type { Instead } from '../../src/writes/adjusted-args.ts'
import { describeWrite } from '../../src/writes/describe-write.ts'
import type { Fields } from '../../src/writes/write-operation.ts'

/** An error as the driver throws it. */
export function serverError(fields: { code?: number; label?: string; name?: string } = {}): Error {
  const { code, label, name = 'MongoServerError' } = fields
  const hasErrorLabel = (asked: string): boolean => asked === label
  return Object.assign(new Error('from the server'), { name, code, hasErrorLabel })
}

/** What a fake collection does; what is left out goes well. */
export interface Behaviour {
  readonly images?: ImagesOption
  readonly options?: Fields
  readonly collated?: boolean
  readonly acknowledged?: boolean
  readonly transactions?: boolean
  /** What each read finds. */
  readonly documents?: readonly Fields[]
  /** What each sending answers or throws, in turn; the last one again. */
  readonly answers?: readonly (Fields | Error)[]
  readonly commitErrors?: Error[]
}

export const changedOne = { acknowledged: true, matchedCount: 1, modifiedCount: 1 }
export const foundNone = { acknowledged: true, matchedCount: 0, modifiedCount: 0 }

/** An `updateOne` into category B, and what was sent for it. */
export function fakeSending(behaviour: Behaviour = {}) {
  const sent: Instead[] = []
  const log: string[] = []
  const { documents = [{ _id: 1, category: 'A' }], answers = [changedOne], commitErrors = [] } = behaviour
  const call = describeWrite('updateOne', [{ _id: 1 }, { $set: { category: 'B' } }, behaviour.options], {
    source: 'raw',
  })
  const registration = new Registration(
    { cache: {} as never, invalidate: () => [], watch: ['category'], images: behaviour.images ?? 'guarded' },
    {},
  )
  const native = {
    find: () => ({ toArray: () => Promise.resolve([...documents]) }),
    options: () => Promise.resolve({}),
  }
  const sending: Sending = {
    call,
    plan: planWrite(call, [registration]),
    target: {
      isCollated: () => Promise.resolve(behaviour.collated ?? false),
      acknowledges: () => behaviour.acknowledged ?? true,
      startSession: () =>
        Promise.resolve(behaviour.transactions === false ? undefined : fakeSession(log, commitErrors)),
      forgoTransactions: () => void log.push('forgo'),
      reader: (watch, session) => new ImageReader(() => native, watch, session),
    },
    send: (instead) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)]
      sent.push(instead)
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  return { sending, sent, log }
}

function fakeSession(log: string[], commitErrors: Error[]): OwnSession {
  return {
    inTransaction: () => true,
    startTransaction: (options) => void log.push(`start ${JSON.stringify(options)}`),
    commitTransaction: async () => {
      log.push('commit')
      const error = commitErrors.shift()
      if (error !== undefined) throw error
    },
    abortTransaction: async () => void log.push('abort'),
    endSession: async () => void log.push('end'),
  }
}
