import { gatewayProblems } from '../../problem/gateway-problems.js'

/** Whether a JSON text may hold a polluting key: names it, or has escapes that could spell it. */
export function mayPollute(text: string): boolean {
  return text.includes('__proto__') || text.includes('"constructor"') || text.includes('\\u')
}

/**
 * Refuses what would reach an object's prototype once some code merges it: a key `__proto__`, and a `constructor` with a
 * `prototype`. Walks without recursion, for nesting has no limit but the body's.
 *
 * @throws Problem 400
 */
export function assertNoPollutingKeys(value: unknown): void {
  const pending = [value]
  for (let current = pending.pop(); current !== undefined || pending.length > 0; current = pending.pop()) {
    if (typeof current !== 'object' || current === null) continue
    if (isPolluting(current)) throw gatewayProblems.bodyMalformed('The body has a key that no data may have.')
    for (const item of Object.values(current)) if (typeof item === 'object' && item !== null) pending.push(item)
  }
}

function isPolluting(candidate: object): boolean {
  if (Object.hasOwn(candidate, '__proto__')) return true
  const inner: unknown = Object.hasOwn(candidate, 'constructor') ? candidate.constructor : undefined
  return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')
}
