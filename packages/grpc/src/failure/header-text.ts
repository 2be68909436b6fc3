/** Peers refuse header blocks beyond 8 KiB; the details of a status take most of that. */
const MAX_HEADER_BYTES = 2_000

/**
 * A text as a header of gRPC can carry it, cut where it is long. grpc-js percent-encodes it and throws, outside anybody's
 * reach, on half a surrogate pair.
 */
export function headerText(text: string): string {
  // No character takes less than a byte, so what is beyond cannot fit.
  const start = wellFormed(text.slice(0, MAX_HEADER_BYTES))
  if (text.length <= MAX_HEADER_BYTES && encodedLength(start) <= MAX_HEADER_BYTES) return start
  let bytes = 0
  let cut = ''
  for (const character of start) {
    bytes += encodedLength(character)
    if (bytes > MAX_HEADER_BYTES - 9) break
    cut += character
  }
  return `${cut}…`
}

/** The text with a replacement in the place of each half of a surrogate pair, which UTF-8 does not have. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD')
}

function encodedLength(text: string): number {
  return encodeURI(text).length
}
