/**
 * What `work` gives, or `fallback` when it throws. For looking at a value of which nothing is known, not even that it can
 * be read: a getter or a proxy may throw, and whoever reports an error must not fail because of it.
 */
export function attempt<T, F>(work: () => T, fallback: F): T | F {
  try {
    return work()
  } catch {
    return fallback
  }
}
