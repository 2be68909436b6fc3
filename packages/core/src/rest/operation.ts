import type { RequestHandler } from 'express'
import type { RestOwner } from './rest-owner.js'
import type { Examples } from './examples.js'
import type { HandlerInput } from './handler-input.js'
import type { PathTemplate } from './path-template.js'
import type { RateLimit } from './rate-limit.js'
import type { OpenBody } from './request-body.js'
import type { RestSchema } from './rest-schema.js'

/** The methods that operations can have. */
export const httpMethods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const

/** In small letters, as OpenAPI has them. */
export type HttpMethod = (typeof httpMethods)[number]

/** Who may call an operation. */
export type AuthDecision =
  { readonly kind: 'public' } | { readonly kind: 'authenticated'; readonly scopes: readonly string[] }

/** The parts of a request that a schema can describe. */
export type InputPart = 'params' | 'query' | 'headers' | 'body'

/** What is said of a body besides its schema. */
export interface BodyDeclaration {
  /** In lower case; the first is what the document shows first. */
  readonly contentTypes: readonly string[]
  readonly optional: boolean
  readonly description: string | undefined
  readonly examples: Examples | undefined
}

/** One answer that an operation may give. */
export interface ResponseDeclaration {
  readonly status: number
  /** `undefined` for an answer without a body, or whose body is texts or bytes of its media type. */
  readonly schema: RestSchema | undefined
  readonly hasBody: boolean
  readonly contentType: string
  readonly description: string | undefined
  readonly examples: Examples | undefined
}

/** One error answer that an operation may give. */
export interface ProblemDeclaration {
  readonly status: number
  readonly description: string | undefined
}

/** An operation as data: all that a REST host needs to serve, check and document it. */
export interface Operation {
  /** For messages: `GET /users/{id}`. */
  readonly route: string
  readonly method: HttpMethod
  readonly path: PathTemplate
  readonly owner: RestOwner
  readonly operationId: string | undefined
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly tags: readonly string[]
  readonly deprecated: boolean
  readonly auth: AuthDecision
  readonly inputs: Readonly<Partial<Record<InputPart, RestSchema>>>
  /** Where `inputs.body` is a schema. */
  readonly body: BodyDeclaration | undefined
  /** In place of a body with a schema. */
  readonly openBody: OpenBody | undefined
  readonly responses: readonly ResponseDeclaration[]
  readonly problems: readonly ProblemDeclaration[]
  /** `undefined`: the host's own. */
  readonly timeoutMs: number | undefined
  /** `undefined`: the host's own. */
  readonly bodyLimitBytes: number | undefined
  /** `undefined`: the host's own. */
  readonly rateLimit: RateLimit | undefined
  readonly handler: OperationHandler
}

/** A handler without the types that its operation gave it. */
export type OperationHandler = (input: HandlerInput) => unknown

/** Something of Express's own under a path. */
export interface Mount {
  readonly path: PathTemplate
  readonly owner: RestOwner
  readonly handler: RequestHandler
}
