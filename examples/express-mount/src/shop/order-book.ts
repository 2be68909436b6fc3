/** One order of the shop. */
export interface Order {
  readonly id: number
  readonly item: string
  readonly amount: number
}

/** The orders of the shop, which the Express application keeps. */
export class OrderBook {
  readonly #orders = new Map<number, Order>()

  add(order: Omit<Order, 'id'>): Order {
    const added = { ...order, id: this.#orders.size + 1 }
    this.#orders.set(added.id, added)
    return added
  }

  get(id: number): Order | undefined {
    return this.#orders.get(id)
  }

  get all(): readonly Order[] {
    return [...this.#orders.values()]
  }
}
