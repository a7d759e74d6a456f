import { hash, verify } from '@node-rs/argon2'

/** OWASP's recommendation for argon2id: 19 MiB, two passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A hash of no password, so that an unknown user takes as long as a wrong password. */
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGZvciBub2JvZHk$4vYGcXHtn7XyVvWqAPJkP0WGkq0OQq5SzQ4RlZlcQ9Y'

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

/** Whether the password is the one of the hash; takes as long when there is no hash. */
export async function passwordMatches(passwordHash: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? nobody, password).catch(() => false)
  return matches && passwordHash !== undefined
}
