import type { Outlet } from './outlet.js'

/**
 * The streams of events that are open. They have no end of their own, so the drain of the gateway ends them.
 *
 * A set, for a signal's listeners are a list, through which each that comes or goes has to walk.
 */
export class EventStreams {
  readonly #outlets = new Set<Outlet>()
  #areEnding = false

  /** Whether the gateway is going away. */
  get areEnding(): boolean {
    return this.#areEnding
  }

  /** One that comes late is ended at once. */
  add(outlet: Outlet): void {
    this.#outlets.add(outlet)
    if (this.#areEnding) outlet.end()
  }

  remove(outlet: Outlet): void {
    this.#outlets.delete(outlet)
  }

  /** Ends those that are open, and those that will be. */
  end(): void {
    this.#areEnding = true
    for (const outlet of this.#outlets) outlet.end()
  }
}
