import { type BoundedRedis, isCacheError } from '@vidnest/cache-core'
import { scripts } from '../redis/scripts.generated.ts'
import type { ResolvedSessionsOptions } from './resolve-options.ts'
import { SessionError } from './session-error.ts'
import type { SessionKeys } from './session-keys.ts'
import type { SessionInfo } from './sessions.ts'

/** What a new session's record is filled with. */
export interface NewSession {
  readonly userId: string
  readonly sid: string
  readonly role: string
  readonly device: string
  readonly address: string
  readonly secretHash: string
  /** The generation that the login was made ready under; any, when it is left out. */
  readonly since?: string | undefined
}

/** A refresh token that is to be rotated. */
export interface Rotation {
  readonly userId: string
  readonly sid: string
  readonly counter: number
  readonly secretHash: string
  readonly nextHash: string
  readonly sealedNext: string
}

/** What became of a {@link Rotation}. */
export type RotationResult =
  | {
      readonly outcome: 'rotated' | 'again'
      readonly sealed: string
      readonly generation: string
      readonly role: string
      readonly endsAt: number
    }
  | { readonly outcome: 'reuse' | 'gone' | 'invalid' | 'late' }

type Limits = Pick<
  ResolvedSessionsOptions,
  'idleMs' | 'absoluteMs' | 'touchMs' | 'graceMs' | 'maxSessions' | 'redisTimeoutMs'
>

/** Session records in Redis; each step is one script. */
export class SessionStore {
  readonly #redis: BoundedRedis
  readonly #keys: SessionKeys
  readonly #limits: Limits

  constructor(redis: BoundedRedis, keys: SessionKeys, limits: Limits) {
    this.#redis = redis
    this.#keys = keys
    this.#limits = limits
  }

  /** Resolves when Redis answers. */
  async answers(): Promise<void> {
    await this.#redis.call('check', 'PING')
  }

  /** The generation that a login is now made ready under. @throws {SessionError} `unavailable` while a bar stands. */
  async note(userId: string): Promise<string> {
    const keys = [this.#keys.generation(userId), this.#keys.bar(userId)]
    const reply = await this.#redis.run('login', scripts.sessionNote, { keys, args: [] })
    const [outcome, detail] = reply as [string, string | number]
    if (outcome !== 'open') throw heldBack(detail)
    return String(detail)
  }

  /**
   * Starts a session; sessions that were too many are ended and returned. @throws {SessionError} `unavailable` while a bar
   * stands, or when all sessions of the user were ended since the login was made ready.
   */
  async start(
    session: NewSession,
  ): Promise<{ readonly generation: string; readonly ended: readonly string[] }> {
    const { userId, sid, role, device, address, secretHash, since = '' } = session
    const { idleMs, absoluteMs, maxSessions } = this.#limits
    const reply = await this.#redis.run('login', scripts.sessionLogin, {
      keys: [...this.#all(userId, sid), this.#keys.bar(userId)],
      args: [
        sid,
        idleMs,
        absoluteMs,
        maxSessions,
        secretHash,
        since,
        'role',
        role,
        'device',
        device,
        'address',
        address,
      ],
    })
    const [outcome, detail = '0', ...surplus] = reply as string[]
    if (outcome !== 'started') throw heldBack(detail)
    const ended = await Promise.all(surplus.map((other) => attempt(this.end(userId, other))))
    return { generation: detail, ended: surplus.filter((_, index) => ended[index] === true) }
  }

  /** The role of a session that stands; `undefined` when it does not. */
  async check(userId: string, sid: string, generation: string): Promise<string | undefined> {
    const { idleMs, touchMs } = this.#limits
    const reply = await this.#redis.run('check', scripts.sessionCheck, {
      keys: this.#all(userId, sid),
      args: [generation, sid, idleMs, touchMs],
    })
    const [stands, role = ''] = reply as [number, string?]
    return stands === 1 ? role : undefined
  }

  async rotate({
    userId,
    sid,
    counter,
    secretHash,
    nextHash,
    sealedNext,
  }: Rotation): Promise<RotationResult> {
    const { graceMs, idleMs, redisTimeoutMs } = this.#limits
    // A frozen server would do it when it wakes up, long after the client was told to try again.
    const [seconds = '0', micros = '0'] = (await this.#redis.call('refresh', 'TIME')) as string[]
    const notAfter = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000) + redisTimeoutMs
    const reply = await this.#redis.run('refresh', scripts.sessionRotate, {
      keys: this.#all(userId, sid),
      args: [sid, counter, secretHash, nextHash, sealedNext, graceMs, idleMs, notAfter],
    })
    const [outcome, sealed = '', generation = '', role = '', endsAt = '0'] = reply as string[]
    if (outcome === 'rotated' || outcome === 'again')
      return { outcome, sealed, generation, role, endsAt: Number(endsAt) }
    return { outcome: outcome === 'reuse' || outcome === 'gone' || outcome === 'late' ? outcome : 'invalid' }
  }

  /** Ends one session; whether there was one. */
  async end(userId: string, sid: string): Promise<boolean> {
    const keys = [this.#keys.record(userId, sid), this.#keys.index(userId)]
    return (await this.#redis.run('logout', scripts.sessionEnd, { keys, args: [sid] })) === 1
  }

  /**
   * Ends all sessions of a user: by the generation at once; the records go after it. A bar keeps new ones from being started
   * for so long, or until it is lifted (0 ms).
   */
  async endAll(userId: string, bar?: { readonly name: string; readonly ms: number }): Promise<void> {
    const keys = [this.#keys.generation(userId), this.#keys.index(userId), this.#keys.bar(userId)]
    const sids = await this.#redis.run('logout', scripts.sessionEndAll, {
      keys,
      args: [this.#limits.absoluteMs, bar?.name ?? '', bar?.ms ?? 0],
    })
    // What is left behind has an older generation and a TTL.
    await attempt(this.#removeRecords(userId, sids as string[]))
  }

  /** The sessions of a user that stand, last used first. */
  async list(userId: string): Promise<SessionInfo[]> {
    const [generation, sids] = await Promise.all([
      this.#redis.call('list', 'GET', this.#keys.generation(userId)),
      this.#redis.call('list', 'ZREVRANGE', this.#keys.index(userId), 0, -1),
    ])
    const infos = await Promise.all(
      (sids as string[]).map((sid) => this.#info(userId, sid, (generation as string | null) ?? '0')),
    )
    return infos.filter((info) => info !== undefined)
  }

  async #info(userId: string, sid: string, current: string): Promise<SessionInfo | undefined> {
    const fields = ['gen', 'device', 'address', 'created', 'used']
    const reply = await this.#redis.call('list', 'HMGET', this.#keys.record(userId, sid), ...fields)
    const [generation, device, address, created, used] = reply as (string | null)[]
    if (generation !== current) return undefined
    return {
      sid,
      device: device ?? '',
      address: address ?? '',
      createdAt: Number(created),
      lastUsedAt: Number(used),
    }
  }

  async #removeRecords(userId: string, sids: readonly string[]): Promise<void> {
    if (sids.length === 0) return
    await this.#redis.call('logout', 'UNLINK', ...sids.map((sid) => this.#keys.record(userId, sid)))
  }

  #all(userId: string, sid: string): string[] {
    return [this.#keys.record(userId, sid), this.#keys.generation(userId), this.#keys.index(userId)]
  }
}

/** A login that must be made anew: at once, or when the bar before it lapses. */
function heldBack(lapsesInMs: string | number): SessionError {
  const seconds = Math.max(1, Math.ceil(Number(lapsesInMs) / 1000))
  return new SessionError('unavailable', 'all sessions of this user are being ended: try again', seconds)
}

/** Work that may be left undone while Redis is away: its result, or `undefined`. */
async function attempt<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (isCacheError(error)) return undefined
    throw error
  }
}
