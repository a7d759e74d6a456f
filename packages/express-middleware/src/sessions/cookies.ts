import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import type { ResolvedSessionsOptions } from './resolve-options.ts'

/** Where a request carried its token. */
export interface CarriedToken {
  readonly token: string
  readonly carrier: 'header' | 'cookie'
}

/** Reads and sets the sessions' cookies. */
export class SessionCookies {
  readonly #options: ResolvedSessionsOptions['cookies']

  constructor(options: ResolvedSessionsOptions['cookies']) {
    this.#options = options
  }

  /** The access token of the `Authorization` header, or of the cookie. */
  access(req: Request): CarriedToken | undefined {
    const bearer = /^Bearer +([^ ]+) *$/i.exec(req.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) return { token: bearer, carrier: 'header' }
    return this.#cookie(req, this.#options.access)
  }

  refresh(req: Request): CarriedToken | undefined {
    return this.#cookie(req, this.#options.refresh)
  }

  set(res: Response, tokens: { access: string; accessMs: number; refresh: string; refreshMs: number }): void {
    res.cookie(this.#options.access, tokens.access, { ...this.#attributes(), maxAge: tokens.accessMs })
    res.cookie(this.#options.refresh, tokens.refresh, { ...this.#attributes(), maxAge: tokens.refreshMs })
  }

  clear(res: Response): void {
    res.clearCookie(this.#options.access, this.#attributes())
    res.clearCookie(this.#options.refresh, this.#attributes())
  }

  #attributes(): { httpOnly: true; secure: boolean; sameSite: 'lax' | 'strict'; path: '/' } {
    return { httpOnly: true, secure: this.#options.secure, sameSite: this.#options.sameSite, path: '/' }
  }

  #cookie(req: Request, name: string): CarriedToken | undefined {
    const header = req.headers.cookie
    const token = header === undefined ? undefined : parseCookie(header)[name]
    return token === undefined || token === '' ? undefined : { token, carrier: 'cookie' }
  }
}
