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
  /** Keeps back what is written until {@link uncork}, so that it goes out together. */
  cork?(): void
  uncork?(): void
}

/** What {@link sendAll} makes of a message before it is written. */
type Encode = (message: unknown) => unknown

/**
 * Writes every message of `source` (an iterable, an async iterable, or a promise of one) to `call`, no faster than the
 * other side reads. Rejects with the reason of `signal` as soon as it aborts, and tells the source that nobody reads any more.
 */
export function sendAll(
  call: MessageSink,
  source: unknown,
  options: { readonly signal: AbortSignal; readonly encode?: Encode },
): Promise<void> {
  return new Promise((resolve, reject) => new Sending(call, { ...options, resolve, reject }).begin(source))
}

interface SendingOptions {
  readonly signal: AbortSignal
  readonly encode?: Encode
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Written by hand, because waiting for a message or for the signal costs several promises for every message. */
class Sending {
  readonly #call: MessageSink
  readonly #options: SendingOptions
  #messages: MessageIterator | undefined
  #sinceTurn = 0
  #isOver = false
  #isCorked = false
  readonly #uncork = (): void => {
    this.#isCorked = false
    this.#call.uncork?.()
  }
  readonly #onAbort = (): void => this.#fail(this.#options.signal.reason)
  readonly #goOn = (): void => {
    if (!this.#restsForATurn()) this.#run()
  }
  readonly #onFailure = (error: unknown): void => this.#fail(error)
  readonly #onStep = (step: Step): void => {
    if (this.#takes(step)) this.#run()
  }

  constructor(call: MessageSink, options: SendingOptions) {
    this.#call = call
    this.#options = options
  }

  begin(source: unknown): void {
    const { signal } = this.#options
    signal.addEventListener('abort', this.#onAbort, { once: true })
    if (isPromiseLike(source)) source.then((come) => this.#open(come), this.#onFailure)
    else this.#open(source)
  }

  #open(source: unknown): void {
    try {
      this.#messages = iteratorOf(source)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#isOver) abandon(this.#messages)
    else this.#run()
  }

  /** Sends what is there, as long as nothing has to be waited for. */
  #run(): void {
    for (;;) {
      if (this.#isOver) return
      if (this.#options.signal.aborted) {
        this.#onAbort()
        return
      }
      const step = this.#next()
      if (step === undefined) return
      if (isPromiseLike(step)) {
        step.then(this.#onStep, this.#onFailure)
        return
      }
      if (!this.#takes(step)) return
    }
  }

  /** `undefined` when the source has failed. */
  #next(): Step | PromiseLike<Step> | undefined {
    try {
      return this.#messages?.next()
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  /** Whether the next message may follow at once. */
  #takes(step: Step): boolean {
    if (this.#isOver) return false
    if (step.done === true) {
      this.#end()
      this.#options.resolve()
      return false
    }
    this.#sinceTurn++
    return this.#write(step.value) && !this.#restsForATurn()
  }

  /**
   * A source that never waits would keep the event loop from hearing the other side, also where the call drains again and
   * again within one turn of it.
   */
  #restsForATurn(): boolean {
    if (this.#sinceTurn < MESSAGES_PER_TURN) return false
    this.#sinceTurn = 0
    setImmediate(this.#goOn)
    return true
  }

  #write(message: unknown): boolean {
    const { encode } = this.#options
    this.#cork()
    try {
      if (this.#call.write(encode ? encode(message) : message)) return true
      this.#call.once('drain', this.#goOn)
    } catch (error) {
      this.#fail(error)
    }
    return false
  }

  /** What the source has ready is written together: all that it gives before the event loop hears of anything else. */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#call.cork?.()
    process.nextTick(this.#uncork)
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#end()
    if (this.#messages) abandon(this.#messages)
    this.#options.reject(error)
  }

  #end(): void {
    this.#isOver = true
    this.#options.signal.removeEventListener('abort', this.#onAbort)
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

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

type MessageIterator = Iterator<unknown> | AsyncIterator<unknown>

type Step = IteratorResult<unknown>

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
