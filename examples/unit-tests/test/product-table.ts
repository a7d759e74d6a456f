import type { Product, ProductTable } from '../src/products.ts'

/** A table with one lamp, which can be made to fail. */
export class FakeTable implements ProductTable {
  isDown = false
  #lamp: Product = { id: '1', name: 'Lamp', price: 30 }

  async find(id: string): Promise<Product | null> {
    if (this.isDown) throw new Error('the database is down')
    return id === this.#lamp.id ? this.#lamp : null
  }

  async setPrice(_id: string, price: number): Promise<void> {
    this.#lamp = { ...this.#lamp, price }
  }
}
