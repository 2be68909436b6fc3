import type { Writable } from 'node:stream'

export type StreamEvent = 'error' | 'close' | 'drain'

interface Shared {
  readonly listeners: Set<() => void>
  /** What the stream itself calls. */
  readonly tellAll: () => void
}

const streams = new WeakMap<Writable, Map<StreamEvent, Shared>>()

/**
 * Listens to a stream that others listen to as well: one listener for all of them, because Node suspects a leak behind more
 * than ten, and all hosts of a process have the same standard error.
 */
export function listenTo(stream: Writable, event: StreamEvent, listener: () => void): void {
  const events = streams.get(stream) ?? new Map<StreamEvent, Shared>()
  streams.set(stream, events)
  const shared = events.get(event) ?? attach(stream, event)
  events.set(event, shared)
  shared.listeners.add(listener)
}

/** Takes a listener off again. Safe to call more than once. */
export function stopListening(stream: Writable, event: StreamEvent, listener: () => void): void {
  const events = streams.get(stream)
  const shared = events?.get(event)
  if (shared?.listeners.delete(listener) !== true || shared.listeners.size > 0) return
  stream.off(event, shared.tellAll)
  events?.delete(event)
}

function attach(stream: Writable, event: StreamEvent): Shared {
  const listeners = new Set<() => void>()
  const tellAll = (): void => {
    for (const listener of [...listeners]) listener()
  }
  stream.on(event, tellAll)
  return { listeners, tellAll }
}
