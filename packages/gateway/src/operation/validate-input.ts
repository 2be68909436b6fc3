import type { ProblemField, RestSchema } from '@modkit/core'
import type { InputPart } from '@modkit/core/spi'

/** More are not reported: a request may be wrong in as many places as it has bytes. */
const MOST_ISSUES = 100

type PathPart = PropertyKey | { readonly key: PropertyKey }

/** What a schema made of a part of a request: the value, or everything that is wrong with it. */
export type ValidatedInput = { readonly value: unknown } | { readonly errors: readonly ProblemField[] }

/** A part of a request through its schema. A promise only where the schema's validation is one. */
export function validateInput(
  part: InputPart,
  schema: RestSchema,
  value: unknown,
): ValidatedInput | Promise<ValidatedInput> {
  const validated = schema['~standard'].validate(value)
  return validated instanceof Promise ? validated.then((result) => inputOf(part, result)) : inputOf(part, validated)
}

type ValidationResult = Awaited<ReturnType<RestSchema['~standard']['validate']>>

function inputOf(part: InputPart, result: ValidationResult): ValidatedInput {
  if (result.issues === undefined) return result
  const issues = result.issues.slice(0, MOST_ISSUES)
  return { errors: issues.map(({ path, message }) => ({ in: part, field: pointerOf(path ?? []), message })) }
}

/** The JSON pointer to a place (RFC 6901). */
export function pointerOf(path: readonly PathPart[]): string {
  return path.map((part) => `/${escapePointer(String(typeof part === 'object' ? part.key : part))}`).join('')
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
