/** How many pieces of a long work are done before others have their turn. */
const PIECES = 20

/** What `work` makes of each item, while everything else that is due has its turn in between. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> {
  const results: R[] = []
  for (const item of items) {
    results.push(work(item))
    if (results.length % PIECES === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return results
}
