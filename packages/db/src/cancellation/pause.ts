import type { Clock } from '@modkit/core'
import { sleep } from '@modkit/core/spi'
import { onAbort } from './abortable.js'

export interface PauseOptions {
  readonly clock: Clock
  readonly signals: readonly AbortSignal[]
}

/** Waits `ms` milliseconds, or until one of the signals aborts. Never rejects. */
export async function pause(ms: number, { clock, signals }: PauseOptions): Promise<void> {
  const awake = new AbortController()
  const stopListening = onAbort(signals, () => awake.abort())
  await sleep(ms, { clock, signal: awake.signal })
  stopListening()
}
