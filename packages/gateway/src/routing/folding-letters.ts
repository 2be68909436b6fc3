import { decodedOrNone, pathOf } from './path-text.js'

/**
 * The only two letters beyond ASCII whose lower case has ASCII in it: the Kelvin sign becomes "k", and the capital I with a dot
 * becomes two characters, the first of which is "i".
 */
const FOLDING = [
  { letter: '\u212A', encoded: /%e2%84%aa/gi },
  { letter: '\u0130', encoded: /%c4%b0/gi },
] as const

const ANY_FOLDING = /%e2%84%aa|%c4%b0/i

/** Of private use: these have no letter case. */
const FIRST_STAND_IN = 0xe000

/** A target whose path has other letters in place of those that would be taken for ASCII. */
export interface UnfoldedTarget {
  readonly url: string
  /** The letters that were sent, in what was decoded. */
  readonly restored: (decoded: string) => string
}

/**
 * The router compares paths in lower case, while Express, in which middleware guards paths, compares them as they were sent: for
 * the one the Kelvin sign would be a "k", for the other it is none, and a request would pass by the guard.
 *
 * `undefined` for a target that has none of these letters, and for one that cannot be decoded, which leads nowhere.
 */
export function unfolded(url: string): UnfoldedTarget | undefined {
  if (!url.includes('%') || !ANY_FOLDING.test(url)) return undefined
  const path = pathOf(url)
  const standIns = standInsFor(path)
  if (standIns === undefined) return undefined
  const written = standIns.reduce(
    (text, { encoded, standIn }) => text.replace(encoded, encodeURIComponent(standIn)),
    path,
  )
  return {
    url: written + url.slice(path.length),
    restored: (decoded) => standIns.reduce((text, { standIn, letter }) => text.replaceAll(standIn, letter), decoded),
  }
}

interface StandIn {
  readonly encoded: RegExp
  readonly letter: string
  readonly standIn: string
}

/** Such as the path does not have itself. */
function standInsFor(path: string): readonly StandIn[] | undefined {
  const decoded = decodedOrNone(path)
  if (decoded === undefined) return undefined
  let code = FIRST_STAND_IN
  return FOLDING.map((folding) => {
    while (decoded.includes(String.fromCharCode(code))) code++
    return { ...folding, standIn: String.fromCharCode(code++) }
  })
}
