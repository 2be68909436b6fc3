import type { ProblemField, RestSchema } from '@modkit/core'
import type { InputPart } from '@modkit/core/spi'

/** More are not reported: a request may be wrong in as many places as it has bytes. */
const MOST_ISSUES = 100

type PathPart = PropertyKey | { readonly key: PropertyKey }

/** A part of a request through its schema: the value, or everything that is wrong with it. */
export async function validateInput(
  part: InputPart,
  schema: RestSchema,
  value: unknown,
): Promise<{ readonly value: unknown } | { readonly errors: readonly ProblemField[] }> {
  const validated = schema['~standard'].validate(value)
  const result = validated instanceof Promise ? await validated : validated
  if (result.issues === undefined) return { value: result.value }
  const issues = result.issues.slice(0, MOST_ISSUES)
  return { errors: issues.map(({ path, message }) => ({ in: part, field: pointerOf(path ?? []), message })) }
}

/** RFC 6901. */
function pointerOf(path: readonly PathPart[]): string {
  return path.map((part) => `/${escapePointer(String(typeof part === 'object' ? part.key : part))}`).join('')
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
