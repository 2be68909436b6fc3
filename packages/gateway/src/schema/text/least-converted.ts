/**
 * Of several readings of the same texts the one that leaves the most of them as they are, the first of equals:
 * a text that may stay text stays text.
 */
export function leastConverted<T extends object>(readings: readonly T[], texts: object): T | undefined {
  if (readings.length < 2) return readings[0]
  const given = new Map<string, unknown>(Object.entries(texts))
  const counted = readings.map((reading) => ({ reading, count: conversions(reading, given) }))
  return counted.reduce((best, other) => (other.count < best.count ? other : best)).reading
}

function conversions(reading: object, given: ReadonlyMap<string, unknown>): number {
  return Object.entries(reading).filter(([name, value]) => value !== given.get(name)).length
}
