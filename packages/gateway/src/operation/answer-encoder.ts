import { HostError } from '@modkit/core'
import { messageOf, type Operation, type ResponseDeclaration } from '@modkit/core/spi'
import type { OutgoingBody } from '../exchange/exchange.js'
import { compileSerializer, type ResponseSerializer } from '../schema/response-serializer.js'
import { toJsonSchema } from '../schema/to-json-schema.js'

const JSON_CONTENT_TYPE = /^application\/(?:json|.+\+json)(?:;|$)/i
const EVENT_CONTENT_TYPE = /^text\/event-stream(?:;|$)/i

/** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED` for a response that has no JSON form */
export function assertEncodable({ route, responses }: Operation): void {
  for (const { status, schema } of responses) {
    if (schema) toJsonSchema(schema, 'output', { route, part: `response ${String(status)}` })
  }
}

/** Makes bytes of what the handlers of one operation return. Compiles a response's serializer when it is first given. */
export class AnswerEncoder {
  readonly #operation: Operation
  #serializers: Map<ResponseDeclaration, ResponseSerializer> | undefined
  /** The status of a body that is returned without `reply()`. */
  readonly plainStatus: number

  constructor(operation: Operation) {
    this.#operation = operation
    this.plainStatus = operation.responses.find(({ status }) => status < 300)?.status ?? 200
  }

  /** @throws HostError `RESPONSE_INVALID` for what the operation does not declare or its schema cannot serialise */
  encode(status: number, value: unknown): OutgoingBody | undefined {
    const declaration = this.#operation.responses.find((response) => response.status === status)
    if (declaration === undefined) throw this.#invalid(status, 'this status is not declared')
    const { contentType, schema } = declaration
    if (schema === undefined) return undefined
    if (JSON_CONTENT_TYPE.test(contentType))
      return { contentType: withCharset(contentType), bytes: this.#serialize(declaration, value) }
    if (typeof value !== 'string' && !(value instanceof Uint8Array))
      throw this.#invalid(status, `a body of type ${contentType} is a text or bytes`)
    return { contentType: withCharset(contentType), bytes: value }
  }

  /** The JSON of one server-sent event's data, through the schema of the response where that is one of events. */
  encodeEvent(data: unknown): string {
    const declaration = this.#operation.responses.find(({ contentType }) => EVENT_CONTENT_TYPE.test(contentType))
    return declaration?.schema === undefined ? this.encodePlain(data) : this.#serialize(declaration, data)
  }

  /** The JSON of data that no schema describes; `undefined` becomes null. */
  encodePlain(data: unknown): string {
    return this.#jsonOf(200, () => JSON.stringify(data ?? null))
  }

  #serialize(declaration: ResponseDeclaration, value: unknown): string {
    return this.#jsonOf(declaration.status, () => this.#serializerOf(declaration)(value))
  }

  #jsonOf(status: number, stringify: () => string | undefined): string {
    try {
      const json = stringify()
      // Whatever the types say: nothing comes of functions and symbols.
      if (json === undefined) throw new TypeError('It has no JSON form.')
      return json
    } catch (error) {
      throw this.#invalid(status, messageOf(error).replace(/[.!]$/, ''), error)
    }
  }

  #serializerOf(declaration: ResponseDeclaration): ResponseSerializer {
    this.#serializers ??= new Map()
    const known = this.#serializers.get(declaration)
    if (known !== undefined) return known
    const { schema, status } = declaration
    const place = { route: this.#operation.route, part: `response ${String(status)}` }
    const serializer = compileSerializer(schema ? toJsonSchema(schema, 'output', place) : {})
    this.#serializers.set(declaration, serializer)
    return serializer
  }

  #invalid(status: number, reason: string, cause?: unknown): HostError {
    const { route, owner } = this.#operation
    return new HostError('RESPONSE_INVALID', { route, module: owner.module, status, reason }, { cause })
  }
}

function withCharset(contentType: string): string {
  const isText = contentType.startsWith('text/') || JSON_CONTENT_TYPE.test(contentType)
  return isText && !contentType.includes('charset') ? `${contentType}; charset=utf-8` : contentType
}
