import { toError } from '../errors/error-json.js'

/** What a provider may have to let go of its resources: `Symbol.asyncDispose`, `Symbol.dispose` or `dispose()`. */
type Disposer = () => unknown

/** How to dispose of a value; `undefined` when there is nothing to call. Never throws: what cannot be read fails when it is called. */
export function disposerOf(value: unknown): Disposer | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  const candidate = value as { [Symbol.asyncDispose]?: unknown; [Symbol.dispose]?: unknown; dispose?: unknown }
  try {
    const method = candidate[Symbol.asyncDispose] ?? candidate[Symbol.dispose] ?? candidate.dispose
    return typeof method === 'function' ? () => (method as Disposer).call(value) : undefined
  } catch (error) {
    // Whoever disposes reports what a disposer throws, and goes on with the next.
    return () => {
      throw toError(error)
    }
  }
}
