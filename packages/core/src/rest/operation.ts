import type { RequestHandler } from 'express'
import type { RestOwner } from '../capabilities/rest-host-module.js'
import type { HandlerInput } from './handler-input.js'
import type { PathTemplate } from './path-template.js'
import type { RestSchema } from './rest-schema.js'

export const httpMethods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const

export type HttpMethod = (typeof httpMethods)[number]

/** Who may call an operation. */
export type AuthDecision =
  { readonly kind: 'public' } | { readonly kind: 'authenticated'; readonly scopes: readonly string[] }

/** The parts of a request that a schema can describe. */
export type InputPart = 'params' | 'query' | 'headers' | 'body'

/** One answer that an operation may give. */
export interface ResponseDeclaration {
  readonly status: number
  /** `undefined` for an answer without a body, or whose body has no schema. */
  readonly schema: RestSchema | undefined
  readonly contentType: string
  readonly description: string | undefined
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
  readonly responses: readonly ResponseDeclaration[]
  readonly problems: readonly ProblemDeclaration[]
  /** `undefined`: the host's own. */
  readonly timeoutMs: number | undefined
  /** `undefined`: the host's own. */
  readonly bodyLimitBytes: number | undefined
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
