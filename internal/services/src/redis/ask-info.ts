import { connect } from 'node:net'

/** What a server says about itself. */
export interface RedisInfo {
  processId: number
  loading: boolean
  product: 'redis' | 'valkey'
  version: string
}

/** Asks the server on this port for INFO over a connection of its own; `undefined` while it does not answer. */
export const askInfo = (port: number, password: string | undefined): Promise<RedisInfo | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let text = ''
    const finish = (info: RedisInfo | undefined): void => {
      socket.destroy()
      resolve(info)
    }
    socket.setTimeout(1000, () => finish(undefined))
    socket.setEncoding('utf8')
    socket.on('error', () => finish(undefined))
    socket.on('close', () => resolve(undefined))
    socket.on('connect', () => {
      const login =
        password === undefined ? '' : `*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n`
      socket.write(`${login}*1\r\n$4\r\nINFO\r\n`)
    })
    socket.on('data', (part: string) => {
      text += part
      const info = parseInfo(text)
      if (info !== undefined) finish(info)
    })
  })

const parseInfo = (text: string): RedisInfo | undefined => {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*)\\r$`, 'm').exec(text)?.[1]
  const processId = field('process_id')
  const version = field('redis_version')
  // The section Keyspace or, on Sentinel, Sentinel comes last: with it everything before it is here.
  if (processId === undefined || version === undefined || !/^# (Keyspace|Sentinel)\r$/m.test(text))
    return undefined
  const valkey = field('valkey_version')
  return {
    processId: Number(processId),
    loading: field('loading') === '1',
    product: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? version,
  }
}
