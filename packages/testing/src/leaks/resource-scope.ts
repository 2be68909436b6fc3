import { AsyncLocalStorage, createHook, executionAsyncId } from 'node:async_hooks'
import { sleep, systemClock } from '@modkit/core/spi'
import type { Leak } from './leak.js'
import { captureOrigin, placeOf, type Origin } from './origin.js'
import { passingKinds, resourceKinds, type Resource, type ResourceKind } from './resource-kinds.js'

/** How long after the end something may still take to close. */
const GRACE_MS = 1_000
const CHECK_EVERY_MS = 10

interface OpenResource {
  readonly type: string
  readonly kind: ResourceKind
  readonly resource: Resource
  readonly origin: Origin
}

interface ProcessListener {
  readonly event: string | symbol
  readonly listener: (...args: unknown[]) => void
  readonly origin: Origin
}

const current = new AsyncLocalStorage<ResourceScope>()
const watched = new Set<ResourceScope>()

/** Watches what is opened by work that it runs, and by whatever that work sets in motion, until its end. */
export class ResourceScope {
  readonly #open = new Map<number, OpenResource>()
  readonly #passing = new Map<number, Origin>()
  readonly #listeners: ProcessListener[] = []
  #leaks: Promise<readonly Leak[]> | undefined

  run<T>(work: () => T): T {
    if (!this.#leaks) watch(this)
    return current.run(this, work)
  }

  /** Ends the watch: what is open yet, once things have had a moment to close. */
  end(): Promise<readonly Leak[]> {
    return (this.#leaks ??= this.#end())
  }

  opened(id: number, type: string, resource: object): void {
    const kind = resourceKinds.get(type)
    if (!kind && !passingKinds.has(type)) return
    const runningId = executionAsyncId()
    const from = this.#open.get(runningId)?.origin ?? this.#passing.get(runningId)
    const origin = captureOrigin(from, onInit)
    if (kind) this.#open.set(id, { type, kind, resource, origin })
    else this.#passing.set(id, origin)
  }

  closed(id: number): void {
    this.#open.delete(id)
    this.#passing.delete(id)
  }

  listened(event: string | symbol, listener: ProcessListener['listener']): void {
    this.#listeners.push({ event, listener, origin: captureOrigin(undefined, onProcessListener) })
  }

  async #end(): Promise<readonly Leak[]> {
    if (!watched.has(this)) return []
    let leaks = this.#leftOpen()
    // Counted in turns of the event loop, not by the clock: Node says that something has closed only in a turn, and to read a
    // stack by its source maps can block for longer than the whole grace.
    for (let turns = GRACE_MS / CHECK_EVERY_MS; leaks.length > 0 && turns > 0; turns--) {
      await sleep(CHECK_EVERY_MS, { clock: systemClock })
      leaks = this.#leftOpen()
    }
    unwatch(this)
    return leaks
  }

  #leftOpen(): readonly Leak[] {
    const open = [...this.#open.values()].filter(({ kind, resource, origin }) => kind.isOpen(resource, origin))
    const placed = open.map((entry) => ({ ...entry, where: placeOf(entry.origin) }))
    const whole = placed.filter(
      ({ kind, where }) => !placed.some((other) => kind.partOf === other.type && where === other.where),
    )
    const resources = whole.map(({ kind, resource, where }) => ({ what: kind.describe(resource), where }))
    const listeners = this.#listeners.filter(({ event, listener }) =>
      process.listeners(event as NodeJS.Signals).includes(listener),
    )
    return [
      ...resources,
      ...listeners.map(({ event, origin }) => ({
        what: `a listener of the process (${String(event)})`,
        where: placeOf(origin),
      })),
    ]
  }
}

function onInit(id: number, type: string, ...[, resource]: [triggerId: number, resource: object]): void {
  current.getStore()?.opened(id, type, resource)
}

function onProcessListener(event: string | symbol, listener: ProcessListener['listener']): void {
  current.getStore()?.listened(event, listener)
}

const hook = createHook({
  init: onInit,
  destroy(id) {
    for (const scope of watched) scope.closed(id)
  },
})

function watch(scope: ResourceScope): void {
  if (watched.size === 0) {
    hook.enable()
    process.on('newListener', onProcessListener)
  }
  watched.add(scope)
}

function unwatch(scope: ResourceScope): void {
  watched.delete(scope)
  if (watched.size > 0) return
  hook.disable()
  process.off('newListener', onProcessListener)
}
