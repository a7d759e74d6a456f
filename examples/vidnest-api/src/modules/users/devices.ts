import type { SessionInfo } from '@vidnest/express-middleware'
import type { Request } from 'express'
import type { Context } from '../../context.ts'
import { sessionOf } from '../../http/session-guard.ts'
import { ifReachable } from './if-reachable.ts'

/** A device that somebody is signed in on. */
export type Device = Omit<SessionInfo, 'createdAt'> & {
  /** In ms since 1970; missing while it cannot be asked for. */
  readonly createdAt?: number
  /** Whether it is the one that asks. */
  readonly current: boolean
}

/** Devices of a user. */
export interface Devices {
  readonly sessions: readonly Device[]
  /** `false` while sessions cannot be reached: then it is known of the asking device alone. */
  readonly complete: boolean
}

const longestDevice = 200

/** Where the user of the request is signed in; while that cannot be asked for, what the request itself tells. */
export async function listDevices({ sessions }: Context, req: Request): Promise<Devices> {
  const { userId, sid, verified } = sessionOf(req)
  // Whoever is let in by the token alone has waited for Redis before.
  const all = verified === 'token' ? undefined : await ifReachable(sessions.list(userId))
  if (all !== undefined)
    return { sessions: all.map((session) => ({ ...session, current: session.sid === sid })), complete: true }
  const device = (req.headers['user-agent'] ?? '').slice(0, longestDevice)
  const own = { sid, device, address: req.ip ?? '', lastUsedAt: Date.now(), current: true }
  return { sessions: [own], complete: false }
}
