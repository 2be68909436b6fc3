import { clientKey } from '@modkit/core'
import type { Order } from './order-book.js'

/** What modules see of the shop. */
export interface Shop {
  orders(): Promise<readonly Order[]>
}
export const shopClient = clientKey<Shop>('shop')
