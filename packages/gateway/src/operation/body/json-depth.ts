/** Deeper than any honest document, and well within what the stack bears when the value is validated and serialised. */
const DEEPEST = 1_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/**
 * Whether a JSON text nests so deep that code which walks its value by recursion would run out of stack.
 *
 * Each level takes two bytes, so that short texts need no look.
 */
export function isTooDeep(bytes: Uint8Array): boolean {
  if (bytes.length <= 2 * DEEPEST) return false
  let depth = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (OPENING.has(byte)) depth++
    else if (CLOSING.has(byte)) depth--
    if (depth > DEEPEST) return true
  }
  return false
}

/** Where the text that begins at `start` ends: at its quote, or with the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
