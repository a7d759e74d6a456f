/** An answer of VidNest. */
export interface Answer {
  readonly status: number
  readonly data: unknown
  /** Where its data came from: `redis`, `mongodb`, `redis+mongodb` or `none`. */
  readonly source: string
  readonly elapsedMs: number
}

/** How to ask. */
export interface Ask {
  readonly method?: string
  readonly body?: object
  readonly form?: FormData
}

/** A client of VidNest's API that may be signed in. */
export class Client {
  readonly #api: string
  token: string | undefined

  constructor(url: string) {
    this.#api = `${url}/api/v1`
  }

  async ask(path: string, { method = 'GET', body, form }: Ask = {}): Promise<Answer> {
    const headers: Record<string, string> = {}
    if (this.token !== undefined) headers['authorization'] = `Bearer ${this.token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    const startedAt = performance.now()
    const content = form ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(this.#api + path, {
      method,
      headers,
      ...(content !== undefined && { body: content }),
    })
    const reply = (await response.json()) as { data?: unknown }
    const elapsedMs = performance.now() - startedAt
    return {
      status: response.status,
      data: reply.data,
      source: response.headers.get('x-data-source') ?? 'none',
      elapsedMs,
    }
  }

  /** As {@link ask}. @throws when the answer is not the expected one. */
  async expect<Data>(status: number, path: string, ask: Ask = {}): Promise<Data> {
    const answer = await this.ask(path, ask)
    if (answer.status !== status) {
      throw new Error(
        `${ask.method ?? 'GET'} ${path} answered ${String(answer.status)} instead of ${String(status)}`,
      )
    }
    return answer.data as Data
  }
}
