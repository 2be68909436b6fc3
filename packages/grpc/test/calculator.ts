import { clientKey } from '@modkit/core'
import type { CallOptions } from '../src/index.js'

/** A 64-bit integer as text. */
export interface Total {
  readonly value: string
}

export interface Numbers {
  readonly allValues: readonly string[]
  readonly rounding?: string
  readonly note?: Uint8Array
}

/** A service with a method of each kind. */
export interface Calculator {
  add(request: Numbers, options?: CallOptions): Promise<Total>
  countTo(request: { highest: number }, options?: CallOptions): AsyncIterable<Total>
  sum(requests: AsyncIterable<Total>, options?: CallOptions): Promise<Total>
  runningSum(requests: AsyncIterable<Total>, options?: CallOptions): AsyncIterable<Total>
  reset(request: object, options?: CallOptions): Promise<void>
}

// #region key
export const calculatorProto = new URL('./fixtures/calculator.proto', import.meta.url)

export const calculatorService = 'calculator.v1.Calculator'

export const calculatorClient = clientKey<Calculator>('calculator', {
  grpc: { proto: calculatorProto, service: calculatorService },
})

const total = (value: bigint): Total => ({ value: value.toString() })

export const calculator: Calculator = {
  add: ({ allValues }) => Promise.resolve(total(allValues.reduce((sum, value) => sum + BigInt(value), 0n))),
  async *countTo({ highest }) {
    for (let i = 1n; i <= highest; i++) yield await Promise.resolve(total(i))
  },
  async sum(requests) {
    let sum = 0n
    for await (const { value } of requests) sum += BigInt(value)
    return total(sum)
  },
  async *runningSum(requests) {
    let sum = 0n
    for await (const { value } of requests) yield total((sum += BigInt(value)))
  },
  reset: () => Promise.resolve(),
}
// #endregion
