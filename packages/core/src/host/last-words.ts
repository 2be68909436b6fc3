import { writeSync } from 'node:fs'

const STDERR = 2

/** Writes to stderr at once, past every buffer, for what must be said before the process ends. Never throws. */
export function writeLastWords(text: string): void {
  try {
    writeSync(STDERR, text.endsWith('\n') ? text : `${text}\n`)
  } catch {
    // The pipe is full or nobody reads it any more: there is no place left to say anything.
  }
}
