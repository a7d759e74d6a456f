import type { Cache, Definition } from '@vidnest/cache-core'

/** A row of the shop's table. */
export interface Product {
  readonly id: string
  readonly name: string
  readonly price: number
}

/** Where products come from. */
export interface ProductTable {
  find(id: string): Promise<Product | null>
  setPrice(id: string, price: number): Promise<void>
}

/** The products of a shop, read through a cache. */
export class Products {
  readonly byId: Definition<{ readonly id: string | number | bigint | boolean }, Product | null>
  readonly #table: ProductTable

  constructor(cache: Cache, table: ProductTable) {
    this.#table = table
    this.byId = cache.define({
      key: 'product:{id}',
      load: ({ id }) => table.find(String(id)),
      policy: { ttl: '5m', staleIfError: '1h' },
    })
  }

  find(id: string): Promise<Product | null> {
    return this.byId.getOrSet({ id })
  }

  async setPrice(id: string, price: number): Promise<void> {
    await this.#table.setPrice(id, price)
    await this.byId.invalidate({ id })
  }
}
