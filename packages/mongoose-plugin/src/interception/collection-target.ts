import { ImageReader } from '../images/image-reader.ts'
import type { WriteTarget } from '../sending/sending.ts'
import { isSession, type OwnSession, type SessionLike } from '../transactions/session.ts'
import type { Fields, WriteCall } from '../writes/write-operation.ts'
import { type MongooseCollection, nativeCollection } from './mongoose-like.ts'

/** What the ways of sending a write may know of a collection object of Mongoose, and do beside it. */
export class CollectionTarget implements WriteTarget {
  readonly #collection: MongooseCollection
  #collated: Promise<boolean> | undefined
  #hasTransactions = true

  constructor(collection: MongooseCollection) {
    this.#collection = collection
  }

  /** Asked of the server once; as long as it does not answer, the answer is yes. */
  async isCollated(): Promise<boolean> {
    try {
      this.#collated ??= nativeCollection(this.#collection)
        .options()
        .then(({ collation }) => collation !== undefined)
      return await this.#collated
    } catch {
      this.#collated = undefined
      return true
    }
  }

  /** The collection may come back with other options. */
  forgetOptions(): void {
    this.#collated = undefined
  }

  acknowledges({ options }: WriteCall): boolean {
    const { writeConcern, w } = options
    const own = (writeConcern as Fields | null | undefined)?.w ?? w
    return (own ?? this.#collection._getCollection?.()?.writeConcern?.w) !== 0
  }

  async startSession(): Promise<OwnSession | undefined> {
    const session = this.#hasTransactions ? await this.#collection.conn.startSession?.() : undefined
    return isSession(session) ? (session as OwnSession) : undefined
  }

  forgoTransactions(): void {
    if (!this.#hasTransactions) return
    this.#hasTransactions = false
    const message = "images: 'transaction' needs a replica set; writes are guarded instead"
    process.emitWarning(message, 'CacheWarning')
  }

  reader(watch: readonly string[], session: SessionLike | undefined): ImageReader {
    return new ImageReader(() => nativeCollection(this.#collection), watch, session)
  }
}
