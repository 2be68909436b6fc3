/** What an application is asked for in place of its start. */
export type Question = 'inspect' | 'pendingMigrations' | 'migrate'

/** What comes back from the application's process. */
export type Answer =
  | { readonly kind: 'answer'; readonly value: unknown }
  /** The question failed, or the entry did before it came to a host. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly stack: string | undefined; readonly loaded: boolean }

/**
 * Runs in the application's process before its entry: the host that would be started is asked the question instead, and
 * the answer goes to the parent. It is a text of plain JavaScript, so that it needs no compiler there, and it uses nothing
 * but two names that every copy of the core knows.
 *
 * @param question of {@link Question}
 */
export function preloadUrl(question: Question): string {
  const text = `
let taken = false
const send = (answer) => {
  if (!process.connected) process.exit(1)
  process.send(answer, () => process.exit(0))
}
const plain = (error) => {
  try {
    if (typeof error?.toJSON === 'function') return error.toJSON()
  } catch {
    // One that fails to say what it is still has a name and a message.
  }
  const { name, message, code } = Object(error)
  return { name: String(name ?? 'NonError'), message: String(message ?? error), ...(typeof code === 'string' && { code }) }
}
const stackOf = (error) => {
  let inner = error
  for (let depth = 0; depth < 16 && inner?.cause instanceof Error; depth++) inner = inner.cause
  return typeof inner?.stack === 'string' ? inner.stack : undefined
}
const fail = (error) => send({ kind: 'failed', error: plain(error), stack: stackOf(error), loaded: taken })
globalThis[Symbol.for('modkit:declaration-places')] = new WeakMap()
globalThis[Symbol.for('modkit:host-takeover')] = (host) => {
  if (taken) return
  taken = true
  process.channel?.ref()
  host[${JSON.stringify(question)}]().then((value) => send({ kind: 'answer', value }), fail)
}
process.on('uncaughtException', fail)
process.on('disconnect', () => process.exit(1))
// An entry that comes to no host ends as it would without a parent.
process.channel?.unref()
Error.stackTraceLimit = 50
`
  return `data:text/javascript,${encodeURIComponent(text)}`
}
