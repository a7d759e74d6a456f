/** Clients whose receipts are kept at most. */
const mostClients = 10_000
/** Receipts of one client that are kept at most: requests that are still being answered. */
const mostPerClient = 1000

/** Receipts of requests that may still be refunded, by client; each is given out once, oldest first. */
export class Receipts {
  readonly #receipts = new Map<string, string[]>()

  add(key: string, receipt: string): void {
    const receipts = this.#receipts.get(key) ?? []
    this.#receipts.delete(key)
    this.#receipts.set(key, receipts)
    receipts.push(receipt)
    if (receipts.length > mostPerClient) receipts.shift()
    const oldest = this.#receipts.keys().next()
    if (this.#receipts.size > mostClients && oldest.done !== true) this.#receipts.delete(oldest.value)
  }

  take(key: string): string | undefined {
    const receipts = this.#receipts.get(key)
    const receipt = receipts?.shift()
    if (receipts?.length === 0) this.#receipts.delete(key)
    return receipt
  }
}
