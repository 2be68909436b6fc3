/** A step of a JSON pointer (RFC 6901) as the fragment of a URI says it. */
export function unescapeStep(text: string): string {
  return decoded(text).replaceAll('~1', '/').replaceAll('~0', '~')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Some libraries write names as they are.
    return text
  }
}
