/** What a request asks for, without query and fragment. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

/** `undefined` for a path whose encoding is none. */
export function decodedOrNone(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    // That it cannot be decoded is the answer.
    return undefined
  }
}

/**
 * Letter case does not tell two paths apart. That of ASCII: Express, in which middleware guards paths, knows no other, and has
 * the Kelvin sign for another letter than "k".
 */
export function canonical(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
}
