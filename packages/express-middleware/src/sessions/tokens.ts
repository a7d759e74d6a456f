import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** What a refresh token says. */
export interface RefreshToken {
  readonly userId: string
  readonly sid: string
  readonly counter: number
  readonly secret: string
}

const shape =
  /^([A-Za-z0-9_-]{1,344})\.([A-Za-z0-9_-]{22})\.([1-9]\d{0,14})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/
const ivLength = 12
const tagLength = 16

/** Makes, reads and seals refresh tokens. Their signature keeps a forger who guessed a session's id from revoking it. */
export class RefreshTokens {
  readonly #macKey: Uint8Array
  readonly #sealKey: Uint8Array

  constructor(secret: Uint8Array) {
    this.#macKey = derive(secret, 'refresh token signature')
    this.#sealKey = derive(secret, 'refresh token seal')
  }

  /** The text of a token. */
  write({ userId, sid, counter, secret }: RefreshToken): string {
    const body = `${Buffer.from(userId).toString('base64url')}.${sid}.${String(counter)}.${secret}`
    return `${body}.${this.#sign(body)}`
  }

  /** The token, if its signature is good. Takes what a client sent, whatever it is. */
  read(text: unknown): RefreshToken | undefined {
    const match = typeof text === 'string' ? shape.exec(text) : null
    if (typeof text !== 'string' || match === null) return undefined
    const [, user = '', sid = '', counter = '', secret = '', mac = ''] = match
    const body = text.slice(0, text.length - mac.length - 1)
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(this.#sign(body)))) return undefined
    return { userId: Buffer.from(user, 'base64url').toString(), sid, counter: Number(counter), secret }
  }

  /** Encrypts a successor so that only who holds its predecessor (and this service's secret) can read it. */
  seal(predecessor: string, successor: string): string {
    const iv = randomBytes(ivLength)
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(predecessor), iv)
    return Buffer.concat([
      iv,
      cipher.update(successor, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]).toString('base64url')
  }

  /** The successor; `undefined` when it was sealed under another token. */
  unseal(predecessor: string, sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length <= ivLength + tagLength) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(predecessor), bytes.subarray(0, ivLength))
    decipher.setAuthTag(bytes.subarray(bytes.length - tagLength))
    try {
      const text = decipher.update(bytes.subarray(ivLength, bytes.length - tagLength))
      return Buffer.concat([text, decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#macKey).update(body).digest('base64url')
  }

  #keyOf(token: string): Uint8Array {
    return createHmac('sha256', this.#sealKey).update(token).digest()
  }
}

/** A new random id of a session: 128 bits. */
export function createSessionId(): string {
  return randomBytes(16).toString('base64url')
}

/** A new secret of a refresh token: 256 bits. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What Redis keeps of a secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** A key of its own for each purpose (HKDF, RFC 5869). */
export function derive(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32))
}
