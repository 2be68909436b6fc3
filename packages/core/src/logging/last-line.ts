import { writeSync } from 'node:fs'

const STANDARD_ERROR = 2

/** How often, and how long after one another, a full pipe is tried: a tenth of a second in all. */
const MAX_ATTEMPTS = 20
const PAUSE_MS = 5

/**
 * Writes one line to standard error, synchronously: for a process that is about to end, or whose event loop is blocked.
 * Never throws; gives up on a pipe that is closed, or stays full for a tenth of a second.
 */
export function writeLastLine(text: string): void {
  const bytes = Buffer.from(`${text}\n`)
  let written = 0
  for (let attempt = 0; attempt < MAX_ATTEMPTS && written < bytes.length; attempt++) {
    try {
      written += writeSync(STANDARD_ERROR, bytes, written)
    } catch (error) {
      // Whoever read standard error is gone, and there is no other place to say so.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      pause()
    }
  }
}

/** Waits without the event loop, which no longer turns where this is needed. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
}
