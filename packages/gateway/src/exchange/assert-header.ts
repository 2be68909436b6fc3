import { validateHeaderName, validateHeaderValue } from 'node:http'

/**
 * Refuses a header that Node would refuse, before Node has begun on the head: where it meets one half way, it has settled by then
 * whether a body follows, and the answer that is given instead would lack what its length announces.
 *
 * @throws TypeError
 */
export function assertHeader(name: string, value: string): void {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch (cause) {
    throw new TypeError(
      `The header ${JSON.stringify(name)} cannot be sent: its name or its value has a character that no header may have. ` +
        'Encode what comes from elsewhere, as encodeURIComponent() does.',
      { cause },
    )
  }
}
