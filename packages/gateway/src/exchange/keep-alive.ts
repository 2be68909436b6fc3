import type { Clock, ClockTimer } from '@modkit/core'
import type { Outlet } from './outlet.js'

export interface KeepAliveOptions {
  readonly clock: Clock
  /** After how much silence a comment is sent; 0 for never. */
  readonly afterMs: number
}

/** Breaks the silence of a stream, so that nobody between here and the client takes it for a dead one. */
export class KeepAlive {
  readonly #outlet: Outlet
  readonly #options: KeepAliveOptions
  #silentSinceMs: number
  #timer: ClockTimer | undefined

  constructor(outlet: Outlet, options: KeepAliveOptions) {
    this.#outlet = outlet
    this.#options = options
    this.#silentSinceMs = options.clock.monotonic()
    if (options.afterMs > 0) this.#wait(options.afterMs)
  }

  /** Something else is being sent. */
  touch(): void {
    this.#silentSinceMs = this.#options.clock.monotonic()
  }

  cancel(): void {
    this.#timer?.cancel()
  }

  #wait(ms: number): void {
    this.#timer = this.#options.clock.after(ms, () => this.#beat())
  }

  #beat(): void {
    const { clock, afterMs } = this.#options
    const leftMs = this.#silentSinceMs + afterMs - clock.monotonic()
    if (leftMs > 0) {
      this.#wait(leftMs)
      return
    }
    // A client that does not take what is there already needs no more.
    if (!this.#outlet.isFull) this.#outlet.write(': keepalive\n\n')
    this.touch()
    this.#wait(afterMs)
  }
}
