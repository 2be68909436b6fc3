import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../time/clock.js'
import { sleep } from '../time/deadline.js'
import { hasExited, signalGroup } from './child-platform.js'

/** How often the group is asked whether anybody is left: there is no event for the end of a process group. */
const SURVIVOR_CHECK_MS = 50

/**
 * A child and everything that it started, as one: the child leads a process group of its own, and signals go to the
 * group. Where there are no groups (Windows) it is the child alone.
 *
 * The number of the group is the child's process id. As long as the child runs, or anybody of the group survives it,
 * the system gives that number to nobody else. So the group is signalled while the child is known to run; after its exit
 * only for as long as every check since then, {@link SURVIVOR_CHECK_MS} apart, has found survivors; and never again
 * once a check has found none.
 */
export class ProcessGroup {
  readonly #child: ChildProcess
  readonly #clock: Clock
  #gone = false

  /** @param child spawned with `detached` where the platform has groups */
  constructor(child: ChildProcess, clock: Clock) {
    this.#child = child
    this.#clock = clock
  }

  /** Asks every process of the group to end. Says whether anybody was asked: on Windows nobody can be. */
  terminate(): boolean {
    return this.#signal('SIGTERM')
  }

  /** Ends every process of the group without asking. Says whether there was anybody. */
  kill(): boolean {
    return this.#signal('SIGKILL')
  }

  /** Resolves as soon as nobody of the group is left, and after `withinMs` at the latest; says whether nobody is. */
  async waitUntilGone(withinMs: number): Promise<boolean> {
    const until = this.#clock.monotonic() + withinMs
    while (this.#signal(0)) {
      const leftMs = until - this.#clock.monotonic()
      if (leftMs <= 0) return false
      await sleep(Math.min(SURVIVOR_CHECK_MS, leftMs), { clock: this.#clock })
    }
    return true
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
    if (this.#gone) return false
    const arrived = signalGroup(this.#child, signal)
    this.#gone = !arrived && hasExited(this.#child)
    return arrived
  }
}
