import { connect } from 'node:net'
import { ServerStartError } from '../errors.ts'

/** Sends one command over a connection of its own and resolves to the raw text of the answer. */
export const clusterCommand = (port: number, words: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let answer = ''
    socket.setTimeout(5000, () =>
      socket.destroy(new ServerStartError(`Port ${port} did not answer ${words[0]} ${words[1]}.`)),
    )
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('connect', () => {
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
      socket.write(`*${words.length}\r\n${parts.join('')}`)
    })
    socket.on('data', (part: string) => {
      answer += part
      if (!isComplete(answer)) return
      socket.destroy()
      if (answer.startsWith('-')) reject(new ServerStartError(answer.slice(1).trim()))
      else resolve(answer)
    })
  })

/** Simple strings, errors and one bulk string are all that these commands answer. */
const isComplete = (answer: string): boolean => {
  const length = /^\$(\d+)\r\n/.exec(answer)
  return length === null ? answer.endsWith('\r\n') : answer.length >= length[0].length + Number(length[1]) + 2
}
