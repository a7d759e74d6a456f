import type { NativeCollection } from '../images/image-reader.ts'
import type { SchemaSettings } from '../registration.ts'

/** What is used of a Mongoose connection. */
export interface ConnectionLike {
  readonly db?: DatabaseLike | undefined
  readonly name?: string
  /** The Mongoose that it belongs to, with all its connections and the driver that it brought. */
  readonly base?: {
    readonly connections?: readonly ConnectionLike[]
    readonly mongo?: { readonly BSON?: Bson }
  }
  readonly client?: ClientLike | null
  /** Connections to other databases by the same client. */
  readonly otherDbs?: readonly ConnectionLike[]
  /** By name, those that were asked for. */
  readonly collections?: Readonly<Record<string, object | undefined>>
  startSession?(): Promise<unknown>
  getClient?(): object | null | undefined
  on?(event: string, listener: () => void): unknown
}

/** What is used of a driver's client. */
export interface ClientLike {
  readonly options?: { readonly hosts?: readonly object[]; readonly srvHost?: string }
}

/** What is used of the BSON library of the driver. */
export interface Bson {
  serialize(document: object, options?: object): Uint8Array
  deserialize(bytes: Uint8Array, options?: object): Record<string, unknown>
}

/** What is used of a driver's database. */
export interface DatabaseLike {
  readonly databaseName: string
  collection(name: string): NativeCollection
}

/** What is used of the collection object that Mongoose puts between itself and the driver. */
export interface MongooseCollection {
  readonly collectionName: string
  readonly conn: ConnectionLike
  /** Whether calls wait for the connection. */
  readonly buffer?: boolean
  _shouldBufferCommands?(): boolean
  _getCollection?(): NativeCollection | null
}

/** What is used of a Mongoose model. */
export interface ModelLike {
  readonly modelName: string
  readonly collection: MongooseCollection
  readonly schema?: { readonly options?: SchemaSettings }
  readonly prototype: object
  readonly Query?: { readonly prototype: object }
  $__collection?: MongooseCollection
}

/** What is used of a Mongoose schema, of any document type and of both majors. */
export interface SchemaLike {
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** The driver's collection behind Mongoose's, which no interception sees. */
export function nativeCollection(collection: MongooseCollection): NativeCollection {
  const native = collection._getCollection?.() ?? collection.conn.db?.collection(collection.collectionName)
  if (native === undefined) throw new Error('the connection is not open')
  return native
}

/** Name of a connection's database. */
export function databaseName({ db, name }: ConnectionLike): string {
  return db?.databaseName ?? name ?? ''
}

/** Name of the collection's database. */
export function databaseOf({ conn }: MongooseCollection): string {
  return databaseName(conn)
}
