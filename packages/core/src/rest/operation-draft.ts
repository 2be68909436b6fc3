import type { RestOwner } from './rest-owner.js'
import type { CallSite } from '../errors/call-site.js'
import { HostError } from '../errors/host-error.js'
import { parseDuration } from '../time/duration.js'
import { bodyDeclaration, bytesDeclaration, formDeclaration, responseDeclaration } from './body-declarations.js'
import type {
  AuthDecision,
  BodyDeclaration,
  HttpMethod,
  InputPart,
  Operation,
  OperationHandler,
  ProblemDeclaration,
  ResponseDeclaration,
} from './operation.js'
import type { BodyOptions, ResponseOptions } from './operation-states.js'
import type { PathTemplate } from './path-template.js'
import { objectionToLimit, type RateLimit } from './rate-limit.js'
import type { FormParts, OpenBody } from './request-body.js'
import type { RestSchema } from './rest-schema.js'

/** Which method and path an operation begins with, and whose it is. */
export interface OperationOrigin {
  readonly method: HttpMethod
  readonly path: PathTemplate
  readonly owner: RestOwner
  /** Where the declaration begins. */
  readonly site: CallSite
}

const STANDARD_PROBLEMS = [400, 401, 403, 404, 409, 422, 429, 500].map((status): ProblemDeclaration =>
  Object.freeze({ status, description: undefined }),
)
/** What most operations have of most things. */
const NOTHING: readonly never[] = Object.freeze([])
const NO_INPUTS: Operation['inputs'] = Object.freeze({})
const METHODS_WITHOUT_BODY: readonly HttpMethod[] = ['get', 'head']

/**
 * An operation while it is being declared: collects what the chain says, in any order, and becomes an {@link Operation}.
 *
 * The types of the chain (`OperationBegun`) are the compiler's view of the same object.
 */
export class OperationDraft {
  readonly route: string
  /** Where its declaration begins; a tool that stands between the module and its API says it better. */
  site: CallSite
  readonly #origin: OperationOrigin
  #tags: readonly string[] = NOTHING
  #inputs: Operation['inputs'] = NO_INPUTS
  #responses: readonly ResponseDeclaration[] = NOTHING
  #problems: readonly ProblemDeclaration[] = NOTHING
  #operationId: string | undefined
  #summary: string | undefined
  #description: string | undefined
  #deprecated = false
  #auth: AuthDecision | undefined
  #timeoutMs: number | undefined
  #bodyLimitBytes: number | undefined
  #body: BodyDeclaration | undefined
  #openBody: OpenBody | undefined
  #rateLimit: RateLimit | undefined
  #handler: OperationHandler | undefined

  constructor(origin: OperationOrigin) {
    this.#origin = origin
    this.site = origin.site
    this.route = `${origin.method.toUpperCase()} ${origin.path.text}`
  }

  /** Whose operation it will be. */
  get owner(): RestOwner {
    return this.#origin.owner
  }

  operationId(id: string): this {
    this.#operationId = id
    return this
  }

  summary(text: string): this {
    this.#summary = text
    return this
  }

  description(text: string): this {
    this.#description = text
    return this
  }

  tag(...names: readonly string[]): this {
    this.#tags = [...this.#tags, ...names]
    return this
  }

  deprecated(): this {
    this.#deprecated = true
    return this
  }

  public(): this {
    return this.#decide({ kind: 'public' })
  }

  authenticated(...scopes: readonly string[]): this {
    return this.#decide({ kind: 'authenticated', scopes: Object.freeze([...scopes]) })
  }

  params(schema: RestSchema): this {
    return this.#input('params', schema)
  }

  query(schema: RestSchema): this {
    return this.#input('query', schema)
  }

  headers(schema: RestSchema): this {
    return this.#input('headers', schema)
  }

  body(schema: RestSchema, options?: BodyOptions): this {
    this.#assertMayHaveBody()
    this.#body = this.#valid(bodyDeclaration(options))
    return this.#input('body', schema)
  }

  bytes(...contentTypes: readonly string[]): this {
    return this.#takeOpenly(bytesDeclaration(contentTypes))
  }

  multipart(parts: FormParts): this {
    for (const [name, schema] of Object.entries(parts.fields ?? {}))
      this.#assertSchema(schema, `the schema of its field "${name}"`)
    return this.#takeOpenly(formDeclaration(parts))
  }

  response(status: number, body?: RestSchema | string, options: ResponseOptions = {}): this {
    if (!Number.isInteger(status) || status < 200 || status > 599)
      throw this.#invalid(`${String(status)} is not the status of a response`)
    if (this.#responses.some((response) => response.status === status))
      throw this.#invalid(`it declares the response ${String(status)} twice`)
    if (body !== undefined && typeof body !== 'string')
      this.#assertSchema(body, `the schema of response ${String(status)}`)
    // Unlike a spread, it makes a list that has no room for more.
    this.#responses = this.#responses.concat(this.#valid(responseDeclaration(status, body, options)))
    return this
  }

  problem(status: number, description?: string): this {
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw this.#invalid(`${String(status)} is not the status of an error`)
    const others = this.#problems.filter((declared) => declared.status !== status)
    this.#problems = Object.freeze([...others, Object.freeze({ status, description })])
    return this
  }

  standardErrors(): this {
    const missing = STANDARD_PROBLEMS.filter(({ status }) => !this.#problems.some((known) => known.status === status))
    this.#problems = Object.freeze([...this.#problems, ...missing])
    return this
  }

  timeout(duration: number | string): this {
    this.#timeoutMs = parseDuration(duration, `timeout of ${this.route}`)
    return this
  }

  bodyLimit(bytes: number): this {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw this.#invalid(`${String(bytes)} is not a number of bytes`)
    this.#bodyLimitBytes = bytes
    return this
  }

  rateLimit(limit: RateLimit): this {
    const objection = objectionToLimit(limit)
    if (objection !== undefined) throw this.#invalid(objection)
    this.#rateLimit = Object.freeze({ ...limit })
    return this
  }

  handle(handler: OperationHandler): void {
    if (typeof handler !== 'function') throw this.#invalid('its handler is not a function')
    if (this.#handler !== undefined) throw this.#invalid('it has two handlers')
    this.#handler = handler
  }

  /**
   * The operation, once `registerRest` has returned.
   *
   * @throws HostError `OPERATION_INCOMPLETE` that says what is missing
   */
  finish(): Operation {
    const auth = this.#auth
    const handler = this.#handler
    if (auth === undefined || handler === undefined || this.#responses.length === 0) throw this.#incomplete()
    return Object.freeze({
      route: this.route,
      method: this.#origin.method,
      path: this.#origin.path,
      owner: this.#origin.owner,
      auth,
      handler,
      operationId: this.#operationId,
      summary: this.#summary,
      description: this.#description,
      tags: this.#tags,
      deprecated: this.#deprecated,
      inputs: this.#inputs,
      body: this.#body,
      openBody: this.#openBody,
      responses: this.#responses,
      problems: this.#problems,
      timeoutMs: this.#timeoutMs,
      bodyLimitBytes: this.#bodyLimitBytes,
      rateLimit: this.#rateLimit,
    })
  }

  #decide(decision: AuthDecision): this {
    if (this.#auth !== undefined) throw this.#invalid('it says twice who may call')
    this.#auth = decision
    return this
  }

  #input(part: InputPart, schema: RestSchema): this {
    if (this.#inputs[part] !== undefined) throw this.#invalid(`it declares its ${part} twice`)
    this.#assertSchema(schema, `its ${part} schema`)
    this.#inputs = { ...this.#inputs, [part]: schema }
    return this
  }

  #takeOpenly(body: OpenBody | string): this {
    this.#assertMayHaveBody()
    this.#openBody = this.#valid(body)
    return this
  }

  #assertMayHaveBody(): void {
    if (METHODS_WITHOUT_BODY.includes(this.#origin.method)) throw this.#invalid('its method has no body')
    if (this.#openBody !== undefined || this.#inputs.body !== undefined)
      throw this.#invalid('it declares its body twice')
  }

  /** The declaration, where it is not the reason why there is none. */
  #valid<T extends object>(declared: T | string): T {
    if (typeof declared === 'string') throw this.#invalid(declared)
    return declared
  }

  /** What plain JavaScript may pass although the types forbid it. */
  #assertSchema(schema: unknown, what: string): void {
    const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
    const standard = isObject ? (schema as Partial<RestSchema>)['~standard'] : undefined
    if (standard?.validate !== undefined && 'jsonSchema' in standard) return
    throw this.#invalid(
      `${what} cannot validate and say its JSON Schema; wrap TypeBox in typebox(), JSON Schema in jsonSchema(), valibot in toStandardJsonSchema()`,
    )
  }

  #incomplete(): HostError {
    const missing = [
      this.#auth === undefined && 'it does not say who may call: public() or authenticated()',
      this.#responses.length === 0 && 'it declares no response',
      this.#handler === undefined && 'it has no handler',
    ].filter((text) => text !== false)
    const { module } = this.#origin.owner
    const origin = this.site()
    const details = { route: this.route, module, missing: missing.join('; '), ...(origin !== undefined && { origin }) }
    return new HostError('OPERATION_INCOMPLETE', details)
  }

  #invalid(reason: string): HostError {
    return new HostError('ROUTE_INVALID', { route: this.route, module: this.#origin.owner.module, reason })
  }
}
