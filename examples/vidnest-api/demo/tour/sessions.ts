import type { Client } from './client.ts'

/** The tour's own user. */
export interface Account {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly password: string
}

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

async function login(
  client: Client,
  { email, password }: Pick<Account, 'email' | 'password'>,
): Promise<Tokens> {
  const tokens = await client.expect<Tokens>(200, '/users/login', {
    method: 'POST',
    body: { email, password },
  })
  client.token = tokens.accessToken
  return tokens
}

/** Registers and signs in. */
export async function signUp(client: Client): Promise<Account> {
  const username = `tourist${String(Date.now() % 1e9)}`
  const credentials = { username, email: `${username}@vidnest.example`, password: 'a password for the tour' }
  const { id } = await client.expect<{ id: string }>(201, '/users/register', {
    method: 'POST',
    body: { ...credentials, fullName: 'A Tourist' },
  })
  await login(client, credentials)
  const me = await client.expect<{ email: string }>(200, '/users/me')
  if (me.email !== credentials.email) throw new Error('/users/me is somebody else')
  return { id, ...credentials }
}

/** Refreshes, and signs out everywhere; tells what was not as it should. */
export async function leaveEverywhere(client: Client, account: Account): Promise<string[]> {
  const wrong: string[] = []
  const { refreshToken } = await login(client, account)
  const renewed = await client.expect<Tokens>(200, '/users/refresh-token', {
    method: 'POST',
    body: { refreshToken },
  })
  client.token = renewed.accessToken
  const { sessions } = await client.expect<{ sessions: unknown[] }>(200, '/users/sessions')
  if (sessions.length !== 2) wrong.push(`${String(sessions.length)} sessions are listed instead of 2`)
  await client.expect(200, '/users/logout-all', { method: 'POST' })
  const after = await client.ask('/users/me')
  if (after.status !== 401)
    wrong.push(`after logging out everywhere /users/me answered ${String(after.status)}`)
  return wrong
}
