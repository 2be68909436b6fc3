/** What a request asks for, without query and fragment. */
export function pathOf(url: string): string {
  const fragment = url.indexOf('#')
  const target = fragment === -1 ? url : url.slice(0, fragment)
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
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

const CAPITALS = /[A-Z]+/g
const ANY_CAPITAL = /[A-Z]/

/**
 * Letter case does not tell two paths apart. That of ASCII: Express, in which middleware guards paths, knows no other, and has
 * the Kelvin sign for another letter than "k".
 */
export function canonical(text: string): string {
  // Most paths have none, and looking for one costs less than a replacement that replaces nothing.
  return ANY_CAPITAL.test(text) ? text.replace(CAPITALS, (capitals) => capitals.toLowerCase()) : text
}
