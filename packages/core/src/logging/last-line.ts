import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'

const STANDARD_ERROR = 2

/** How often, and how long after one another, a full pipe is tried: a tenth of a second in all. */
const MAX_ATTEMPTS = 20
const PAUSE_MS = 5

/**
 * Writes one line to standard error, synchronously: for a process that is about to end, or whose event loop is blocked.
 * Never throws; gives up on a pipe that is closed, or stays full for a tenth of a second.
 */
export function writeLastLine(text: string): void {
  const descriptor = openWithoutBlocking()
  try {
    writeAll(descriptor, Buffer.from(`${isLineOpen() ? '\n' : ''}${text}\n`))
  } catch {
    // Whoever read standard error is gone, and there is no other place to say so.
  } finally {
    if (descriptor !== STANDARD_ERROR) closeSync(descriptor)
  }
}

/** Whether standard error may hold the beginning of a line whose rest still waits in its stream, and will never come. */
function isLineOpen(): boolean {
  return process.stderr.writableLength > 0
}

/**
 * A pipe becomes blocking for this process as soon as a child inherits it, and a full one would then hold us for ever.
 * Opened anew, it has a mode of its own; where that is not possible, standard error itself must do.
 */
function openWithoutBlocking(): number {
  try {
    if (!fstatSync(STANDARD_ERROR).isFIFO()) return STANDARD_ERROR
    return openSync(`/proc/self/fd/${String(STANDARD_ERROR)}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return STANDARD_ERROR
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0
  for (let attempt = 0; attempt < MAX_ATTEMPTS && written < bytes.length; attempt++) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      pause()
    }
  }
}

/** Waits without the event loop, which no longer turns where this is needed. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
}
