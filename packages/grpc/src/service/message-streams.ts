import type { Readable } from 'node:stream'
import { isPromiseLike } from '@modkit/core/spi'
import { AbortableWaits } from '../or-aborted.js'

/** How many messages are sent at most before the event loop goes on. */
const MESSAGES_PER_TURN = 64

/** The part of a call that messages are written to. */
export interface MessageSink {
  /** Whether more may be written before it has drained. */
  write(message: unknown): boolean
  once(event: 'drain', listener: () => void): unknown
}

/** What {@link sendAll} makes of a message before it is written. */
type Encode = (message: unknown) => unknown

/**
 * Writes every message of `source` (an iterable, an async iterable, or a promise of one) to `call`, no faster than the
 * other side reads. Rejects with the reason of `signal` as soon as it aborts, and tells the source that nobody reads any more.
 */
export async function sendAll(
  call: MessageSink,
  source: unknown,
  { signal, encode }: { readonly signal: AbortSignal; readonly encode?: Encode },
): Promise<void> {
  const waits = new AbortableWaits(signal)
  let messages: MessageIterator | undefined
  try {
    messages = iteratorOf(await waits.wait(Promise.resolve(source)))
    for (let sent = 1; ; sent++) {
      signal.throwIfAborted()
      const step = messages.next()
      const next = isPromiseLike(step) ? await waits.wait(step) : step
      if (next.done === true) return
      // A source that never waits would keep the event loop from hearing the other side.
      if (sent % MESSAGES_PER_TURN === 0) await nextTurn()
      if (!call.write(encode ? encode(next.value) : next.value)) await waits.wait(drained(call))
    }
  } catch (error) {
    if (messages) abandon(messages)
    throw error
  } finally {
    waits.end()
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
    await nextTurn()
    signal.throwIfAborted()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

/** Every message of `source`, as `convert` makes it. Rejects with the reason of `signal` as soon as it aborts. */
export async function* convertAll(
  source: unknown,
  { signal, convert }: { readonly signal: AbortSignal; readonly convert: Encode },
): AsyncGenerator<unknown, void, void> {
  const waits = new AbortableWaits(signal)
  let messages: MessageIterator | undefined
  let isDone = false
  try {
    messages = iteratorOf(await waits.wait(Promise.resolve(source)))
    for (;;) {
      const next = await waits.wait(Promise.resolve(messages.next()))
      isDone = next.done === true
      if (isDone) return
      yield convert(next.value)
    }
  } finally {
    waits.end()
    if (!isDone && messages) abandon(messages)
  }
}

function drained(call: MessageSink): Promise<void> {
  return new Promise((resolve) => call.once('drain', resolve))
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

type MessageIterator = Iterator<unknown> | AsyncIterator<unknown>

function iteratorOf(source: unknown): MessageIterator {
  const iterable = source as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined
  const iterator = iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.()
  if (!iterator) throw new TypeError('A stream of messages must be an iterable or an async iterable.')
  return iterator
}

/** Lets a generator run its `finally`. The call is over, so nobody is left to hear of an error there. */
function abandon(messages: MessageIterator): void {
  const ignore = (): void => undefined
  Promise.resolve()
    .then(() => messages.return?.())
    .then(ignore, ignore)
}
