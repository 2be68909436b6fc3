import { HostError } from '@modkit/core'
import { messageOf, type Operation, type ResponseDeclaration } from '@modkit/core/spi'
import type { OutgoingBody } from '../exchange/exchange.js'
import { compileSerializer, type ResponseSerializer } from '../schema/answer/response-serializer.js'
import { toJsonSchema } from '../schema/to-json-schema.js'

const JSON_CONTENT_TYPE = /^application\/(?:json|.+\+json)(?:;|$)/i
const EVENT_STREAM = /^text\/event-stream(?:;|$)/i

/** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED` for a response that has no JSON form */
export function assertEncodable({ route, responses }: Operation): void {
  for (const { status, schema } of responses) {
    if (schema) toJsonSchema(schema, 'output', { route, part: `response ${String(status)}` })
  }
}

/** Makes bytes of what the handlers of one operation return. */
export class AnswerEncoder {
  readonly #operation: Operation
  readonly #responses: readonly ResponseEncoder[]
  /** The status of a body that is returned without `reply()`. */
  readonly plainStatus: number

  constructor(operation: Operation) {
    this.#operation = operation
    this.#responses = operation.responses.map((declaration) => new ResponseEncoder(operation, declaration))
    this.plainStatus = operation.responses.find(({ status }) => status < 300)?.status ?? 200
  }

  /** Compiles what would otherwise be compiled when it is first given. */
  compile(): void {
    for (const response of this.#responses) response.compile()
  }

  /** @throws HostError `RESPONSE_INVALID` for what the operation does not declare or its schema cannot serialise */
  encode(status: number, value: unknown): OutgoingBody | undefined {
    return this.#declared(status).encode(value)
  }

  /** @throws HostError `RESPONSE_INVALID` for a status that the operation does not declare */
  assertDeclared(status: number): void {
    this.#declared(status)
  }

  #declared(status: number): ResponseEncoder {
    for (const response of this.#responses) if (response.status === status) return response
    throw invalid(this.#operation, status, 'this status is not declared')
  }

  /** The JSON of one server-sent event's data, through the schema of the response where that is one of events. */
  encodeEvent(data: unknown): string {
    const events = this.#responses.find(({ isOfEvents }) => isOfEvents)
    return events ? events.serialize(data) : this.encodePlain(data)
  }

  /** The JSON of data that no schema describes; `undefined` becomes null. */
  encodePlain(data: unknown): string {
    try {
      return assertJson(JSON.stringify(data ?? null))
    } catch (error) {
      throw unserialisable(this.#operation, 200, error)
    }
  }
}

/** One declared response. */
class ResponseEncoder {
  readonly status: number
  /** Whether its schema is that of the data of events. */
  readonly isOfEvents: boolean
  readonly #operation: Operation
  readonly #declaration: ResponseDeclaration
  readonly #contentType: string
  readonly #isJson: boolean
  #serializer: ResponseSerializer | undefined

  constructor(operation: Operation, declaration: ResponseDeclaration) {
    this.status = declaration.status
    this.#operation = operation
    this.#declaration = declaration
    this.isOfEvents = EVENT_STREAM.test(declaration.contentType) && declaration.schema !== undefined
    this.#isJson = JSON_CONTENT_TYPE.test(declaration.contentType)
    this.#contentType = withCharset(declaration.contentType, this.#isJson)
  }

  compile(): void {
    if (this.isOfEvents || (this.#isJson && this.#declaration.hasBody)) this.#serializer ??= this.#compile()
  }

  encode(value: unknown): OutgoingBody | undefined {
    if (!this.#declaration.hasBody) return undefined
    if (this.#isJson) return { contentType: this.#contentType, bytes: this.serialize(value) }
    if (typeof value === 'string' || value instanceof Uint8Array)
      return { contentType: this.#contentType, bytes: value }
    const reason = `a body of type ${this.#declaration.contentType} is a text or bytes`
    throw invalid(this.#operation, this.status, reason)
  }

  serialize(value: unknown): string {
    try {
      this.#serializer ??= this.#compile()
      return assertJson(this.#serializer(value))
    } catch (error) {
      throw unserialisable(this.#operation, this.status, error)
    }
  }

  #compile(): ResponseSerializer {
    const { schema, status } = this.#declaration
    const place = { route: this.#operation.route, part: `response ${String(status)}` }
    return compileSerializer(schema ? toJsonSchema(schema, 'output', place) : {})
  }
}

/** Whatever the types say: nothing comes of functions and symbols. */
function assertJson(json: string | undefined): string {
  if (json === undefined) throw new TypeError('It has no JSON form.')
  return json
}

function unserialisable(operation: Operation, status: number, error: unknown): HostError {
  return invalid(operation, status, messageOf(error).replace(/[.!]$/, ''), error)
}

// The parts of one error.
// eslint-disable-next-line @typescript-eslint/max-params
function invalid({ route, owner }: Operation, status: number, reason: string, cause?: unknown): HostError {
  return new HostError('RESPONSE_INVALID', { route, module: owner.module, status, reason }, { cause })
}

function withCharset(contentType: string, isJson: boolean): string {
  const isText = contentType.startsWith('text/') || isJson
  return isText && !contentType.includes('charset') ? `${contentType}; charset=utf-8` : contentType
}
