/** How alike two names must be to be suggested. */
const THRESHOLD = 0.7
const MAX_SUGGESTIONS = 2

/** The known names most like `name`, best first, at most two; empty when none is near. */
export function nearest(name: string, known: Iterable<string>): readonly string[] {
  return [...known]
    .map((candidate) => ({ candidate, score: similarity(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ score }) => score > THRESHOLD)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate)
}

/** `Did you mean "a" or "b"?`, or an empty text where there is nothing to suggest. */
export function didYouMean(suggestions: readonly string[]): string {
  return suggestions.length === 0 ? '' : `Did you mean ${suggestions.map((name) => `"${name}"`).join(' or ')}?`
}

/** Jaro-Winkler similarity, from 0 (nothing alike) to 1 (equal): Winkler, "String Comparator Metrics", 1990. */
export function similarity(a: string, b: string): number {
  const jaro = jaroSimilarity(a, b)
  let prefix = 0
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++
  return jaro + prefix * 0.1 * (1 - jaro)
}

function jaroSimilarity(a: string, b: string): number {
  if (a === b) return 1
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const taken = new Set<number>()
  const fromA: string[] = []
  for (let i = 0; i < a.length; i++) {
    const j = matchIn(b, a.charAt(i), { from: i - reach, to: i + reach, taken })
    if (j === undefined) continue
    taken.add(j)
    fromA.push(a.charAt(i))
  }
  const matches = fromA.length
  if (matches === 0) return 0
  const fromB = [...taken].sort((x, y) => x - y).map((j) => b.charAt(j))
  const transpositions = fromA.filter((character, i) => character !== fromB[i]).length / 2
  return (matches / a.length + matches / b.length + (matches - transpositions) / matches) / 3
}

interface Reach {
  readonly from: number
  readonly to: number
  readonly taken: ReadonlySet<number>
}

function matchIn(text: string, character: string, { from, to, taken }: Reach): number | undefined {
  for (let j = Math.max(0, from); j <= Math.min(to, text.length - 1); j++) {
    if (!taken.has(j) && text[j] === character) return j
  }
  return undefined
}
