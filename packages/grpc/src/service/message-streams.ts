import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { orAborted } from '../or-aborted.js'

/**
 * Writes every message of `source` (an iterable, an async iterable, or a promise of one) to `call`, no faster than the
 * caller reads. Rejects with the reason of `signal` as soon as it aborts, and tells the source that nobody reads any more.
 */
export async function sendAll(call: Writable, source: unknown, signal: AbortSignal): Promise<void> {
  const messages = iteratorOf(await orAborted(Promise.resolve(source), signal))
  try {
    for (;;) {
      const next = await orAborted(Promise.resolve(messages.next()), signal)
      if (next.done === true) return
      if (!call.write(next.value)) await orAborted(once(call, 'drain', { signal }), signal)
    }
  } catch (error) {
    abandon(messages)
    throw error
  }
}

/** The messages that the caller sends. Iterating ends with the reason of `signal` when it aborts; stopping early is no error. */
export async function* receiveAll(call: Readable, signal: AbortSignal): AsyncGenerator<unknown, void, void> {
  // The other half of the call lives on when its method has read enough.
  const messages = call.iterator({ destroyOnReturn: false })
  try {
    for await (const message of messages) yield message as unknown
    // A caller that gives up looks at first like one that has sent everything, and half of an upload must not pass for the
    // whole. What it really was is known before the event loop's next turn.
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

type MessageIterator = Iterator<unknown> | AsyncIterator<unknown>

function iteratorOf(source: unknown): MessageIterator {
  const iterable = source as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined
  const iterator = iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.()
  if (!iterator)
    throw new TypeError('A method with a stream of responses must return an iterable or an async iterable.')
  return iterator
}

/** Lets a generator run its `finally`. The call is over, so nobody is left to hear of an error there. */
function abandon(messages: MessageIterator): void {
  const ignore = (): void => undefined
  Promise.resolve()
    .then(() => messages.return?.())
    .then(ignore, ignore)
}
