import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const compiler = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url))
const folder = new URL('../', import.meta.url)

interface Message {
  readonly id?: number
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** TypeScript as an editor asks it: the Language Server Protocol over standard input and output. */
export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #asked = new Map<number, (message: Message) => void>()
  #received = Buffer.alloc(0)
  #lastId = 0

  private constructor() {
    this.#process = spawn(process.execPath, [compiler, '--lsp', '--stdio'], { cwd: fileURLToPath(folder) })
    this.#process.stdout.on('data', (data: Buffer) => this.#receive(data))
  }

  static async start(): Promise<LanguageServer> {
    const server = new LanguageServer()
    const hover = { contentFormat: ['markdown'] }
    await server.#ask('initialize', {
      processId: process.pid,
      rootUri: folder.href,
      capabilities: { textDocument: { hover } },
    })
    server.#send({ method: 'initialized', params: {} })
    return server
  }

  /** What an editor shows of the declaration under the pointer, without its documentation; `text` is the file's. */
  async signatureAt(file: string, text: string, offset: number): Promise<string> {
    const uri = new URL(file, folder).href
    const before = text.slice(0, offset).split('\n')
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
    })
    const hover = (await this.#ask('textDocument/hover', {
      textDocument: { uri },
      position: { line: before.length - 1, character: before.at(-1)?.length },
    })) as { contents: { value: string } } | null
    this.#send({ method: 'textDocument/didClose', params: { textDocument: { uri } } })
    return /^```\w+\n([^]*?)\n```/.exec(hover?.contents.value ?? '')?.[1] ?? ''
  }

  async stop(): Promise<void> {
    const closed = once(this.#process, 'close')
    await this.#ask('shutdown')
    this.#send({ method: 'exit' })
    await closed
  }

  async #ask(method: string, params?: object): Promise<unknown> {
    this.#lastId += 1
    const id = this.#lastId
    const answer = new Promise<Message>((resolve) => this.#asked.set(id, resolve))
    this.#send({ id, method, params })
    const { result, error } = await answer
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#process.stdin.write(`Content-Length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`)
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data])
    for (;;) {
      const header = this.#received.indexOf('\r\n\r\n')
      if (header < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString('utf8', 0, header))?.[1])
      const end = header + 4 + length
      if (this.#received.length < end) return
      const message = JSON.parse(this.#received.toString('utf8', header + 4, end)) as Message
      this.#received = this.#received.subarray(end)
      this.#handle(message)
    }
  }

  #handle({ id, method, ...rest }: Message): void {
    if (id === undefined) return
    // What the server asks its editor is settings and the like: there are none.
    if (method !== undefined) this.#send({ id, result: null })
    else {
      this.#asked.get(id)?.(rest)
      this.#asked.delete(id)
    }
  }
}
