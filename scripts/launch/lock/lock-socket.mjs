import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const patienceMs = 1000
const againMs = 20

/**
 * Takes a lock on Linux: an abstract socket, of which there can be only one of a name. Resolves to a way to release it, or
 * to who holds it and until when, or to why it is impossible. Whoever waits is connected to the holder and so hears from
 * the kernel that it is gone.
 */
export const takeLockSocket = async (name) => {
  const address = `\0${name}`
  const waiting = new Set()
  const server = createServer((socket) => {
    waiting.add(socket.on('error', () => undefined))
    socket.write(`${name} ${process.pid}\n`)
  })
  const error = await listen(server, address)
  if (error === undefined)
    return {
      release: () => {
        server.close()
        for (const socket of waiting) socket.destroy()
      },
    }
  return error.code === 'EADDRINUSE' ? askHolder(address, name) : { impossible: error.code }
}

const listen = (server, path) =>
  new Promise((resolve) => {
    server.once('error', resolve)
    server.listen({ path }, () => resolve(undefined))
  })

const askHolder = (address, name) =>
  new Promise((resolve) => {
    const socket = connect({ path: address })
    // A holder that has the name and does not listen yet refuses: ask it again, but not without a breath.
    const ended = new Promise((gone) => socket.once('close', gone)).then(() => sleep(againMs))
    const answer = (text = '') => {
      clearTimeout(patience)
      const holder = text.startsWith(`${name} `) ? Number.parseInt(text.slice(name.length), 10) : undefined
      resolve({ holder, ended, leave: () => socket.destroy() })
    }
    // A frozen holder says nothing.
    const patience = setTimeout(answer, patienceMs)
    socket.setEncoding('utf8').on('error', () => undefined)
    socket.once('data', answer)
    socket.once('close', () => answer())
  })
