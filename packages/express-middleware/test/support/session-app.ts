import { randomUUID } from 'node:crypto'
import express, { type NextFunction, type Request, type Response } from 'express'
import type { Redis } from 'ioredis'
import {
  createSessions,
  SessionError,
  type Sessions,
  type SessionsOptions,
  type SessionTokens,
} from '../../src/index.ts'
import { connect, serve } from './serve.ts'

/** A small application with sessions. */
export interface SessionApp {
  readonly url: string
  readonly redis: Redis
  readonly sessions: Sessions
  readonly namespace: string
  login(userId?: string): Promise<SessionTokens>
  /** A login that may be refused, whose role is read when the session is started. */
  tryLogin(role: () => string | Promise<string>, userId?: string): Promise<Response_>
  refresh(token: string): Promise<Response_>
  me(accessToken: string, method?: string): Promise<Response_>
}

type Response_ = {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

export const secret = 'a secret of more than thirty-two bytes, for tests'

export async function sessionApp(
  options: Partial<SessionsOptions> & { url?: string } = {},
): Promise<SessionApp> {
  const { url: redisUrl, ...others } = options
  const redis = await connect(redisUrl)
  const namespace = options.namespace ?? `s-${randomUUID().slice(0, 8)}`
  const sessions = createSessions({ redis, namespace, secret, cookies: { secure: false }, ...others })
  const app = express()
  app.use(express.json())
  app.post('/login', (req, res, next) => {
    // Express 4 does not hear of a rejected handler.
    sessions
      .login(req, res, req.body as { userId: string; role?: string })
      .then((tokens) => res.json(tokens), next)
  })
  const roles = new Map<string, () => string | Promise<string>>()
  app.post('/try-login', (req, res, next) => {
    const { userId, attempt } = req.body as { userId: string; attempt: string }
    sessions
      .login(req, res, { userId, role: roles.get(attempt) ?? (() => '') })
      .then((tokens) => res.json(tokens), next)
  })
  app.post('/refresh', (req, res, next) => {
    sessions
      .refresh(req, res, (req.body as { token?: string } | undefined)?.token)
      .then((tokens) => res.json(tokens), next)
  })
  app.get('/refreshing', (req, res) => {
    res.json({ ...sessions.refreshing(req, req.query['token']) })
  })
  app.post('/logout', (req, res, next) => {
    sessions.logout(req, res).then(() => res.json({}), next)
  })
  app.all('/me', sessions.middleware(), (req, res) => {
    res.json({ ...req.session })
  })
  app.all('/twice', sessions.middleware({ required: false }), sessions.middleware(), (req, res) => {
    res.json({ ...req.session })
  })
  app.get('/open', sessions.middleware({ required: false }), (req, res) => {
    res.json({ userId: req.session?.userId ?? null })
  })
  // Express tells error handlers by their four parameters.
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    const status = error instanceof SessionError ? error.status : 500
    if (error instanceof SessionError) res.set(error.headers)
    res.status(status).json({ code: error instanceof SessionError ? error.code : 'internal' })
  })
  const url = await serve(app)
  const ask = async (path: string, init: RequestInit): Promise<Response_> => {
    const response = await fetch(url + path, init)
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    }
  }
  const json = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return {
    url,
    redis,
    sessions,
    namespace,
    login: async (userId = 'u1') =>
      (await ask('/login', json({ userId, role: 'viewer' }))).body as unknown as SessionTokens,
    tryLogin: (role, userId = 'u1') => {
      const attempt = randomUUID()
      roles.set(attempt, role)
      return ask('/try-login', json({ userId, attempt }))
    },
    refresh: (token) => ask('/refresh', json({ token })),
    me: (accessToken, method = 'GET') =>
      ask('/me', { method, headers: { authorization: `Bearer ${accessToken}` } }),
  }
}
