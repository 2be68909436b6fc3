import { disposerOf, toError } from '@modkit/core/spi'

/**
 * Disposes of what can be disposed of, newest first, one after another. All get their turn.
 *
 * @throws AggregateError of what went wrong
 */
export async function disposeInReverse(values: readonly unknown[]): Promise<void> {
  const errors: Error[] = []
  for (const value of values.toReversed()) {
    try {
      await disposerOf(value)?.()
    } catch (error) {
      errors.push(toError(error))
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'Providers could not be disposed of.')
}
