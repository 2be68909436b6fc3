/** Deeper than any honest document, and well within what the stack bears when the value is validated and serialised. */
const DEEPEST = 1_000

const QUOTE = 0x22
const COMMA = 0x2c
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/**
 * What a JSON text has too much of, if anything: nesting, over which code that walks its value by recursion would run out of
 * stack, or values, each of which may be wrong, and schemas make an issue of each before anybody can count them.
 *
 * A level takes two bytes, and a value one at least, so that short texts need no look.
 */
export function jsonExcess(bytes: Uint8Array, mostValues: number): 'depth' | 'values' | undefined {
  if (bytes.length <= 2 * DEEPEST && bytes.length <= mostValues) return undefined
  let depth = 0
  // Every value but the outermost follows a comma, or the beginning of what it is in; an empty list counts as if it held one.
  let values = 1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (byte === COMMA) values++
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      values++
      if (++depth > DEEPEST) return 'depth'
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth--
    if (values > mostValues) return 'values'
  }
  return undefined
}

/** Where the text that begins at `start` ends: at its quote, or with the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
