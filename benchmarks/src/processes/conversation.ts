import type { ChildProcess } from 'node:child_process'

/** The next message of a child process. @throws when it ends, or `signal` aborts, before it has sent one. */
export function nextMessage<Message>(child: ChildProcess, signal?: AbortSignal): Promise<Message> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void): void => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      child.off('error', onError)
      signal?.removeEventListener('abort', onAbort)
      work()
    }
    const onMessage = (message: unknown): void => settle(() => resolve(message as Message))
    const onExit = (code: number | null): void =>
      settle(() => reject(new Error(`the process ended with ${String(code)}`)))
    const onError = (error: Error): void => settle(() => reject(error))
    const onAbort = (): void => settle(() => reject(signal?.reason as Error))
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.on('error', onError)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
  })
}

/** Sends `message` and waits for the answer. */
export function ask<Answer>(child: ChildProcess, message: string | object): Promise<Answer> {
  const answer = nextMessage<Answer>(child)
  child.send(message)
  return answer
}
