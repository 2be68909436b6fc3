import type { FormFile, FormParts, ProblemField, RestSchema } from '@modkit/core'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import { toJsonSchema } from '../../schema/to-json-schema.js'
import { coerceBy, compileValueReading, type Texts, type ValueReading } from '../../schema/text/value-reading.js'
import { matchesMediaType } from '../body/media-type.js'
import { pointerOf, validateInput } from '../validate-input.js'

const LARGEST_FILE = 10 * 1_024 * 1_024

/** What one operation takes as the parts of its form. Its schemas are compiled when they are first needed. */
export class FormRules {
  readonly #route: string
  readonly #fields: ReadonlyMap<string, RestSchema>
  readonly #files: ReadonlyMap<string, FormFile>
  readonly #readings = new Map<string, ValueReading>()

  constructor(parts: FormParts, route: string) {
    this.#route = route
    this.#fields = new Map(Object.entries(parts.fields ?? {}))
    this.#files = new Map(Object.entries(parts.files ?? {}))
  }

  /** The names that are not among those which have come, fields first. */
  missing(come: ReadonlyMap<string, number>): { readonly fields: string[]; readonly files: string[] } {
    const files = [...this.#files].filter(([name, { optional }]) => optional !== true && !come.has(name))
    return { fields: [...this.#fields.keys()].filter((name) => !come.has(name)), files: files.map(([name]) => name) }
  }

  /** Whether a field may come as several parts. */
  isList(name: string): boolean {
    const schema = this.#fields.get(name)
    return schema !== undefined && this.#readingOf(name, schema).isList
  }

  /**
   * The value of a field, converted and validated; `undefined` stands for a field that has not come.
   *
   * @throws Problem 422
   */
  async fieldValue(name: string, texts: Texts | undefined): Promise<unknown> {
    const schema = this.#fields.get(name)
    if (schema === undefined) throw refused(name, 'the form has no such field')
    const value = texts === undefined ? undefined : coerceBy(this.#readingOf(name, schema).coerce, texts)
    const result = await validateInput('body', schema, value)
    if ('value' in result) return result.value
    throw gatewayProblems.validationFailed(
      result.errors.map((error) => ({ ...error, field: pointerOf([name]) + error.field })),
    )
  }

  /**
   * How large a file may be, once name, number and type have been found legal.
   *
   * @throws Problem 422
   */
  fileLimit(name: string, contentType: string, count: number): number {
    const file = this.#files.get(name)
    if (file === undefined) throw refused(name, 'the form has no such file')
    const { contentTypes = ['*/*'], maxBytes = LARGEST_FILE, maxCount = 1 } = file
    if (count > maxCount) throw refused(name, `no more than ${String(maxCount)} may come`)
    if (!contentTypes.some((accepted) => matchesMediaType(accepted.toLowerCase(), contentType)))
      throw refused(name, `its type must be ${contentTypes.join(' or ')}`)
    return maxBytes
  }

  #readingOf(name: string, schema: RestSchema): ValueReading {
    const known = this.#readings.get(name)
    if (known) return known
    const root = toJsonSchema(schema, 'input', { route: this.#route, part: `body/${name}` })
    const reading = compileValueReading(root, { root, lists: 'repeated' })
    this.#readings.set(name, reading)
    return reading
  }
}

/** @throws Problem 422 */
export function refuseMissing(names: readonly string[]): void {
  if (names.length === 0) return
  throw gatewayProblems.validationFailed(names.map((name) => fieldError(name, 'it is required')))
}

export function refused(name: string, message: string): Error {
  return gatewayProblems.validationFailed([fieldError(name, message)])
}

function fieldError(name: string, message: string): ProblemField {
  return { in: 'body', field: pointerOf([name]), message }
}
