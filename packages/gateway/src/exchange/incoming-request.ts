import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Undocumented, and there in every Node since 0.10 (lib/_http_incoming.js). */
const { _dump: dump } = IncomingMessage.prototype as unknown as { readonly _dump: (this: IncomingMessage) => void }

/** What comes of a body that is wanted as a whole. */
export interface BodyReceiver {
  /** @returns whether more is welcome; after `false` what still comes is dropped */
  add(chunk: Buffer): boolean
  end(): void
  /** It will not come to its end: the client has gone, or somebody has answered without waiting for it. */
  fail(): void
}

/**
 * A request whose body can be had as a whole, as it comes from the parser. Passing through the stream's buffer, its events and
 * their turns of the event loop costs more than everything else that a small body needs.
 *
 * Node's parser pushes what it has into the request, and `push` and `_destroy` are what a class of streams may override
 * (https://nodejs.org/docs/latest-v20.x/api/stream.html#api-for-stream-implementers).
 */
export class IncomingRequest extends IncomingMessage {
  #receiver: BodyReceiver | undefined
  #isUntouched = true
  #isWhole = false
  #isLeftOut = false

  static {
    const ended = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')
    // Node's parser keeps hold of a request until then. TypeScript lets no class override an accessor that its types call a
    // property.
    Object.defineProperty(this.prototype, 'readableEnded', {
      configurable: true,
      get(this: IncomingMessage) {
        return (#isLeftOut in this && this.#isLeftOut) || ended?.get?.call(this) === true
      },
    })
  }

  /** Whether it was born as one: Express puts another prototype in between, which hides the class. */
  static isOne(request: IncomingMessage): request is IncomingRequest {
    return #isUntouched in request && 'receive' in request
  }

  /**
   * From now on the body goes to `receiver`. `false`: some of it has come already, or somebody listens to it, and the request
   * is a stream like any.
   */
  receive(receiver: BodyReceiver): boolean {
    if (!this.#isUntouched || this.destroyed || this.readableFlowing !== null) return false
    this.#isUntouched = false
    this.#receiver = receiver
    return true
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    this.#isUntouched = false
    this.#isWhole = chunk === null
    const receiver = this.#receiver
    if (receiver === undefined) return super.push(chunk, encoding)
    if (chunk === null) {
      this.#receiver = undefined
      const goesOn = super.push(null)
      // Once there is an answer, Node lets what nobody has read flow away, and no more of it comes here.
      if (this.readableFlowing === null) receiver.end()
      else receiver.fail()
      return goesOn
    }
    if (!receiver.add(chunk)) {
      this.#receiver = undefined
      this.resume()
    }
    return true
  }

  /**
   * Node calls this once the answer is written and nobody has read the request, so that its rest flows away. Of a request that
   * has come whole only the events `end` and `close` would flow, at a sixth of what the whole request costs: without a listener
   * they are left out until there is one. Where a Node no longer calls it, they come as ever.
   */
  _dump(): void {
    if (this.#isWhole && this.readableLength === 0 && this.#nobodyListens()) this.#isLeftOut = true
    else dump.call(this)
  }

  /** Whoever begins to listen for the end after the answer still hears of it. */
  override on(event: string | symbol, listener: (...values: never[]) => void): this {
    // Whose values its event decides.
    super.on(event, listener as (...values: unknown[]) => void)
    if (this.#isLeftOut && (event === 'end' || event === 'close')) {
      this.#isLeftOut = false
      dump.call(this)
    }
    return this
  }

  override addListener(event: string | symbol, listener: (...values: never[]) => void): this {
    return this.on(event, listener)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    receiver?.fail()
    super._destroy(error, callback)
  }

  #nobodyListens(): boolean {
    return this.readableFlowing === null && this.listenerCount('end') === 0 && this.listenerCount('close') === 0
  }
}
