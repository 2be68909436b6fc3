import { parse as parseQuery } from 'node:querystring'
import { HostError, type ProblemField, type RestSchema } from '@modkit/core'
import { parameterNames, type InputPart, type Operation } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { RouteMatch } from '../routing/router.js'
import { compileTextCoercion, declaredNames, type TextCoercion, type TextValues } from '../schema/text-coercion.js'
import { toJsonSchema } from '../schema/to-json-schema.js'
import { readJsonBody } from './json-body.js'
import { validateInput } from './validate-input.js'

/** The parts of a request, converted and validated. */
export type InputValues = Readonly<Record<InputPart, unknown>>

type TextPart = Exclude<InputPart, 'body'>

/** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED`, `ROUTE_INVALID` where path and params schema do not fit */
export function assertReadable(operation: Operation): void {
  const { route, inputs } = operation
  for (const [part, schema] of Object.entries(inputs)) toJsonSchema(schema, 'input', { route, part })
  assertParamsFitPath(operation)
}

/** Reads, converts and validates what one operation takes. */
export class InputReader {
  readonly #operation: Operation
  readonly #bodyLimitBytes: number
  /** Compiled as requests bring what has to be converted. */
  #coercions: Partial<Record<TextPart, TextCoercion>> | undefined

  constructor(operation: Operation, bodyLimitBytes: number) {
    this.#operation = operation
    this.#bodyLimitBytes = bodyLimitBytes
  }

  /** @throws Problem 422 with every field that is wrong; 400 or 413 for a body that cannot be read */
  async read(exchange: Exchange, match: RouteMatch): Promise<InputValues> {
    const { inputs } = this.#operation
    const errors: ProblemField[] = []
    const validated = async (part: InputPart, given: unknown): Promise<unknown> => {
      const schema = inputs[part]
      if (schema === undefined) return given
      const value = part === 'body' ? given : this.#coerce(part, schema, given as TextValues)
      const result = await validateInput(part, schema, value)
      if ('value' in result) return result.value
      errors.push(...result.errors)
      return undefined
    }
    const params = await validated('params', match.params)
    const query = await validated('query', parseQuery(match.search))
    const headers = await validated('headers', exchange.request.headers)
    const body = inputs.body && (await validated('body', await readJsonBody(exchange.request, this.#bodyLimitBytes)))
    if (errors.length > 0) throw gatewayProblems.validationFailed(errors)
    return { params, query, headers, body }
  }

  #coerce(part: TextPart, schema: RestSchema, given: TextValues): Record<string, unknown> {
    this.#coercions ??= {}
    const coerce = (this.#coercions[part] ??= this.#compile(part, schema))
    return coerce(given)
  }

  #compile(part: TextPart, schema: RestSchema): TextCoercion {
    const document = toJsonSchema(schema, 'input', { route: this.#operation.route, part })
    const coerce = compileTextCoercion(document)
    const names = declaredNames(document)
    // A request has headers that no operation asks for; a schema that forbids others means those it names.
    if (part !== 'headers' || names.length === 0) return coerce
    return (values) => coerce(Object.fromEntries(names.map((name) => [name, values[name]])))
  }
}

function assertParamsFitPath({ inputs, path, route, owner }: Operation): void {
  if (inputs.params === undefined) return
  const declared = declaredNames(toJsonSchema(inputs.params, 'input', { route, part: 'params' }))
  const names = parameterNames(path)
  const objections = [
    ...names.filter((name) => !declared.includes(name)).map((name) => `the params schema lacks "${name}"`),
    ...declared.filter((name) => !names.includes(name)).map((name) => `the path lacks "{${name}}"`),
  ]
  if (objections.length === 0) return
  throw new HostError('ROUTE_INVALID', { route, module: owner.module, reason: objections.join('; ') })
}
