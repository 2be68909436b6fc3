/**
 * Whether `value`, as it was parsed, holds more than `most` values: itself, and whatever is in its lists and objects. Walks without
 * recursion, and no further than it has to.
 */
export function hasMoreValues(value: unknown, most: number): boolean {
  const pending = [value]
  let count = 1
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const items = itemsOf(current)
    count += items.length
    if (count > most) return true
    for (const item of items) if (typeof item === 'object' && item !== null) pending.push(item)
  }
  return false
}

function itemsOf(value: unknown): readonly unknown[] {
  // Bytes are one value, as a text is.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Array.isArray(value) ? value : Object.values(value)
}
