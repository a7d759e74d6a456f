import type { Redis } from 'ioredis'

type Call = (command: string, ...args: (string | number | Buffer)[]) => Promise<unknown>

/** The client, with every command going through `onCall`. */
export function intercept(
  client: Redis,
  onCall: (command: string, send: () => Promise<unknown>) => unknown,
): Redis {
  const send = client.call.bind(client) as Call
  const call: Call = async (command, ...args) => onCall(command, () => send(command, ...args))
  return new Proxy(client, {
    get(target, name) {
      if (name === 'call') return call
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
