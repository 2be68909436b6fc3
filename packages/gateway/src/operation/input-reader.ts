import type { IncomingMessage } from 'node:http'
import { HostError, type ProblemField, type RestSchema } from '@modkit/core'
import { parameterNames, type InputPart, type Operation } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { hasMoreValues } from '../more-values.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { RouteMatch } from '../routing/router.js'
import type { TextValues } from '../schema/text/object-reading.js'
import { compileTextCoercion, declaredNames, type TextCoercion } from '../schema/text/text-coercion.js'
import { toJsonSchema } from '../schema/to-json-schema.js'
import { isUntypedStream } from './body/body-head.js'
import { parseJson } from './body/json-body.js'
import { bodyAtHand, formValues, isFields, isForm, TO_COME } from './body/schema-body.js'
import { queryValues } from './query-values.js'
import { validateInput, type ValidatedInput } from './validate-input.js'

/** The parts of a request, converted and validated where schemas describe them. */
export interface InputValues {
  readonly params: unknown
  /** `undefined` where no schema describes the query, which is then taken apart for those who ask for it. */
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
}

/** A request that has found its operation. */
export interface Arrived {
  readonly exchange: Exchange
  readonly match: RouteMatch
}

type TextPart = Exclude<InputPart, 'body'>

interface DescribedPart {
  readonly part: TextPart
  readonly schema: RestSchema
  readonly coerce: TextCoercion
}

/** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED`, `ROUTE_INVALID` where path and params schema do not fit */
export function assertReadable(operation: Operation): void {
  const { route, inputs, openBody } = operation
  for (const [part, schema] of Object.entries(inputs)) toJsonSchema(schema, 'input', { route, part })
  if (openBody?.kind === 'form')
    for (const [name, schema] of Object.entries(openBody.parts.fields ?? {}))
      toJsonSchema(schema, 'input', { route, part: `body/${name}` })
  assertParamsFitPath(operation)
}

/** Reads, converts and validates what one operation takes. Made, and compiled, when the first request comes. */
export class InputReader {
  readonly #operation: Operation
  readonly #mostValues: number
  readonly #texts: readonly DescribedPart[]
  #formCoercion: TextCoercion | undefined

  /** @param mostValues how many values a body may have */
  constructor(operation: Operation, mostValues: number) {
    this.#operation = operation
    this.#mostValues = mostValues
    this.#texts = (['params', 'query', 'headers'] as const).flatMap((part) => {
      const schema = operation.inputs[part]
      return schema ? [{ part, schema, coerce: coercionFor(operation, part, schema) }] : []
    })
  }

  /**
   * The body of a request, where a schema describes one; `TO_COME` where its bytes have to be read first.
   *
   * @throws Problem 400, 413 for too many values, or 415 for what has come without a type
   */
  bodyOf(request: IncomingMessage): unknown {
    if (this.#operation.inputs.body === undefined) return undefined
    const body = bodyAtHand(request)
    if (body === undefined || body === TO_COME) return body
    this.#assertTyped(request)
    if (typeof body !== 'object') return body
    // What a body parser made of a text has not been counted yet.
    if (hasMoreValues(body, this.#mostValues)) throw gatewayProblems.tooManyValues(this.#mostValues)
    return isForm(request) && isFields(body) ? this.#coerceForm(body) : body
  }

  /** @throws Problem 400 for bytes that cannot be read, 413 for too many values, 415 for what has come without a type */
  parse(request: IncomingMessage, bytes: Buffer): unknown {
    if (bytes.length > 0) this.#assertTyped(request)
    return isForm(request) ? this.#coerceForm(formValues(bytes)) : parseJson(bytes, this.#mostValues)
  }

  /**
   * Everything that came, with the body that was read before. A promise only where a validation is one.
   *
   * @throws Problem 422 with every field that is wrong
   */
  read({ exchange, match }: Arrived, given: unknown): InputValues | Promise<InputValues> {
    const validation = new Validation(exchange, match)
    for (const { part, schema, coerce } of this.#texts)
      validation.check(part, schema, coerce(textsOf(part, exchange, match)))
    const { inputs, body } = this.#operation
    if (inputs.body && (given !== undefined || body?.optional !== true)) validation.check('body', inputs.body, given)
    return validation.values()
  }

  /** Of a stream that might have been empty the type was not asked for. */
  #assertTyped(request: IncomingMessage): void {
    const { body } = this.#operation
    if (body && isUntypedStream(request)) throw gatewayProblems.contentTypeUnsupported(body.contentTypes)
  }

  #coerceForm(values: TextValues): unknown {
    const { inputs, route } = this.#operation
    this.#formCoercion ??= compileTextCoercion(
      inputs.body ? toJsonSchema(inputs.body, 'input', { route, part: 'body' }) : {},
    )
    return this.#formCoercion(values)
  }
}

/** The parts of one request on their way through their schemas. */
class Validation {
  readonly #values: Record<InputPart, unknown>
  #errors: ProblemField[] | undefined
  #pending: Promise<void>[] | undefined

  constructor({ request }: Exchange, { params }: RouteMatch) {
    this.#values = { params, query: undefined, headers: request.headers, body: undefined }
  }

  check(part: InputPart, schema: RestSchema, given: unknown): void {
    const validated = validateInput(part, schema, given)
    if (validated instanceof Promise) {
      this.#pending ??= []
      this.#pending.push(validated.then((result) => this.#settle(part, result)))
    } else this.#settle(part, validated)
  }

  /** @throws Problem 422 */
  values(): InputValues | Promise<InputValues> {
    if (this.#pending === undefined) return this.#outcome()
    return Promise.all(this.#pending).then(() => this.#outcome())
  }

  #settle(part: InputPart, result: ValidatedInput): void {
    if ('value' in result) this.#values[part] = result.value
    else this.#errors = [...(this.#errors ?? []), ...result.errors]
  }

  #outcome(): InputValues {
    if (this.#errors !== undefined) throw gatewayProblems.validationFailed(this.#errors)
    return this.#values
  }
}

function textsOf(part: TextPart, { request }: Exchange, { params, search }: RouteMatch): TextValues {
  if (part === 'params') return params
  return part === 'query' ? queryValues(search) : request.headers
}

function coercionFor({ route }: Operation, part: TextPart, schema: RestSchema): TextCoercion {
  const document = toJsonSchema(schema, 'input', { route, part })
  const coerce = compileTextCoercion(document, {
    // Of a path, both have been compared.
    names: part === 'params' ? 'schema' : 'client',
    // As the document says of each by saying nothing: OpenAPI's own default.
    lists: part === 'query' ? 'repeated' : 'separated',
  })
  // The server gives the names of headers in lower case, whatever client and schema write.
  const names = declaredNames(document).map((name) => [name, name.toLowerCase()] as const)
  // A request has headers that no operation asks for; a schema that forbids others means those it names.
  if (part !== 'headers' || names.length === 0) return coerce
  return (values) => coerce(Object.fromEntries(names.map(([name, inLowerCase]) => [name, values[inLowerCase]])))
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
