import type { SecurityContext } from './authenticator.js'

/** What {@link frozenSecurity} has made, and need not make again. */
const made = new WeakSet<SecurityContext>()

/**
 * What an authenticator said, as it may be handed to handlers: nobody who holds it can give the caller another name or more
 * scopes. Lists and plain objects among the claims are frozen too, however deep; instances of classes are handed on as
 * they are.
 *
 * It is a copy: an authenticator may keep what it returned, and change it. What has been through here is not copied again.
 *
 * @throws TypeError where it is no security context: without a subject, or with scopes that are not a list of texts
 */
export function frozenSecurity(given: SecurityContext): SecurityContext {
  if (made.has(given)) return given
  assertSecurity(given)
  const { subject, tenant, scopes, claims } = given
  const frozen: SecurityContext = Object.freeze({
    subject,
    ...(tenant !== undefined && { tenant }),
    scopes: Object.freeze([...scopes]),
    // A copy of claims has what claims have.
    ...(claims !== undefined && { claims: frozenCopy(claims) as Readonly<Record<string, unknown>> }),
  })
  made.add(frozen)
  return frozen
}

/** What an authenticator in plain JavaScript returns may be anything. */
function assertSecurity(given: unknown): void {
  const { subject, scopes } = (given ?? {}) as Partial<Record<keyof SecurityContext, unknown>>
  const hasSubject = typeof subject === 'string' && subject !== ''
  // A text has the methods of a list that matter here, and finds a scope in the middle of another one.
  const hasScopes = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')
  if (!hasSubject) throw new TypeError('The authenticator returned a security context without a subject.')
  if (!hasScopes) throw new TypeError('The authenticator returned scopes that are not a list of texts.')
}

/** Without recursion, for nesting has no limit, and with a memory, for claims may refer to each other. */
function frozenCopy(root: unknown): unknown {
  const copies = new Map<object, object>()
  const pending: object[] = []
  const copyOf = (value: unknown): unknown => {
    if (!isPlain(value)) return value
    const known = copies.get(value)
    if (known) return known
    const copy = Array.isArray(value) ? [] : {}
    copies.set(value, copy)
    pending.push(value)
    return copy
  }
  const result = copyOf(root)
  for (let original = pending.pop(); original !== undefined; original = pending.pop()) {
    const copy = copies.get(original)
    for (const [key, value] of Object.entries(original)) {
      // An assignment to `__proto__` would do something else.
      Object.defineProperty(copy, key, { value: copyOf(value), enumerable: true })
    }
    Object.freeze(copy)
  }
  return result
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null
}
