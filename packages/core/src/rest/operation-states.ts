import type { HandlerInput, HandlerResult, TextHeaders, TextQuery } from './handler-input.js'
import type { OperationShape, WithPart } from './operation-shape.js'
import type { Examples } from './examples.js'
import type { ParameterNames, TextParameters } from './path-template.js'
import type { RateLimit } from './rate-limit.js'
import type { FormParts, IncomingBytes, IncomingForm } from './request-body.js'
import type { RestSchema, SchemaInput, SchemaOutput } from './rest-schema.js'

/** How a response is described. */
export interface ResponseOptions {
  /** For readers of the document. Default: the status's own words. */
  readonly description?: string
  /** Default `application/json`. With `text/event-stream` the schema is that of one event's data. */
  readonly contentType?: string
  /** Shown in the document. */
  readonly examples?: Examples
}

/** How a body with a schema is described. */
export interface BodyOptions {
  /**
   * Media types that are accepted. Default `application/json`; also legal are types that end with `+json`, and
   * `application/x-www-form-urlencoded`, whose texts are converted by the schema as those of a query are.
   */
  readonly contentType?: string | readonly string[]
  /** Whether a request may come without: the handler then gets `undefined`. Default false. */
  readonly optional?: boolean
  /** For readers of the document. */
  readonly description?: string
  /** Shown in the document. */
  readonly examples?: Examples
}

/** Says in words which side lacks what, when a params schema does not fit the path. */
type FitsPath<Path extends string, T extends RestSchema> = string extends Path
  ? unknown
  : [Exclude<ParameterNames<Path>, keyof SchemaInput<T>>] extends [never]
    ? [Exclude<keyof SchemaInput<T>, ParameterNames<Path>>] extends [never]
      ? unknown
      : {
          readonly 'the params schema has a key that the path lacks': Exclude<
            keyof SchemaInput<T>,
            ParameterNames<Path>
          >
        }
    : {
        readonly 'the path has a parameter that the params schema lacks': Exclude<
          ParameterNames<Path>,
          keyof SchemaInput<T>
        >
      }

type BodyOfResponse<T> = T extends RestSchema ? SchemaOutput<T> : undefined

type AddResponse<S extends OperationShape, Status extends number, Body> = WithPart<
  S,
  'responses',
  S['responses'] & { readonly [K in Status]: Body }
>

/** The state that an operation of this shape is in. */
export type OperationIn<S extends OperationShape> = S['auth'] extends 'undecided'
  ? OperationNeedsAuthDecision<S>
  : [keyof S['responses']] extends [never]
    ? OperationNeedsResponse<S>
    : OperationReady<S>

/** What can be said of an operation in every state. */
export interface OperationParts<S extends OperationShape> {
  /** Unique in the host; default made from module, method and path. */
  operationId(id: string): OperationIn<S>
  /** One line for the list of operations. */
  summary(text: string): OperationIn<S>
  /** Markdown. */
  description(text: string): OperationIn<S>
  /** Groups operations in the document; may be said more than once. */
  tag(...names: readonly string[]): OperationIn<S>
  /** Marks the operation as one not to be used any more. It is served as before. */
  deprecated(): OperationIn<S>
  /** The parameters of the path, converted from text by the schema. Its keys are those of the path. */
  params<T extends RestSchema>(schema: T & FitsPath<S['path'], T>): OperationIn<WithPart<S, 'params', SchemaOutput<T>>>
  /** The query, converted from text by the schema. */
  query<T extends RestSchema>(schema: T): OperationIn<WithPart<S, 'query', SchemaOutput<T>>>
  /** The headers, names in lower case, converted from text by the schema. */
  headers<T extends RestSchema>(schema: T): OperationIn<WithPart<S, 'headers', SchemaOutput<T>>>
  /** A body that may be missing. */
  body<T extends RestSchema>(
    schema: T,
    options: BodyOptions & { readonly optional: true },
  ): OperationIn<WithPart<S, 'body', SchemaOutput<T> | undefined>>
  /** A body with a schema: JSON, or the texts of a form. Not for GET and HEAD. */
  body<T extends RestSchema>(schema: T, options?: BodyOptions): OperationIn<WithPart<S, 'body', SchemaOutput<T>>>
  /** A body of these media types, default `application/octet-stream`, that the handler takes as it arrives. */
  bytes(...contentTypes: readonly string[]): OperationIn<WithPart<S, 'body', IncomingBytes>>
  /** A body of `multipart/form-data`, whose parts the handler takes as they arrive. Parts that are not named are refused. */
  multipart<const F extends FormParts>(parts: F): OperationIn<WithPart<S, 'body', IncomingForm<F>>>
  /** A response without a body, such as 204. */
  response<const Status extends number>(status: Status): OperationIn<AddResponse<S, Status, undefined>>
  /** A response of texts or bytes of this media type, such as `text/html` or `image/png`. */
  response<const Status extends number>(
    status: Status,
    contentType: `${string}/${string}`,
    options?: Omit<ResponseOptions, 'contentType'>,
  ): OperationIn<AddResponse<S, Status, string | Uint8Array>>
  /** A response; what the schema does not declare is left out of it. */
  response<const Status extends number, T extends RestSchema>(
    status: Status,
    schema: T,
    options?: ResponseOptions,
  ): OperationIn<AddResponse<S, Status, BodyOfResponse<T>>>
  /** An error answer of this operation, as a problem. */
  problem(status: number, description?: string): OperationIn<S>
  /** The usual error answers: 400, 401, 403, 404, 409, 422, 429, 500. */
  standardErrors(): OperationIn<S>
  /** How long the handler may take; default: the gateway's. */
  timeout(duration: number | string): OperationIn<S>
  /** How large a body may be, in bytes; default: the gateway's. */
  bodyLimit(bytes: number): OperationIn<S>
  /** How much the operation takes on: 429 where requests come too fast, 503 where too many are worked on. */
  rateLimit(limit: RateLimit): OperationIn<S>
}

/** Who may call has not been said yet: `.public()` or `.authenticated()` is missing. */
export interface OperationNeedsAuthDecision<S extends OperationShape> extends OperationParts<S> {
  /** Anyone may call. */
  public(): OperationIn<WithPart<S, 'auth', 'public'>>
  /** Only callers with an identity, and with **all** of these scopes. */
  authenticated(...scopes: readonly string[]): OperationIn<WithPart<S, 'auth', 'authenticated'>>
}

/** What comes back has not been said yet: `.response(...)` is missing. */
// An interface, not an alias: the compiler's message then bears its name.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface OperationNeedsResponse<S extends OperationShape> extends OperationParts<S> {}

/** Everything that is needed has been said; `.handle(...)` ends the declaration. */
export interface OperationReady<S extends OperationShape> extends OperationParts<S> {
  /**
   * Answers requests. Returns the body of the one successful response, `reply()`, `sse()` or `stream()`; fails by
   * throwing a `Problem` or an error of a contract.
   */
  handle(handler: (input: HandlerInput<S>) => HandlerResult<S> | Promise<HandlerResult<S>>): void
}

/** A declaration that has only its method and path. */
export type OperationBegun<Path extends string> = OperationNeedsAuthDecision<{
  readonly path: Path
  readonly auth: 'undecided'
  readonly params: TextParameters<Path>
  readonly query: TextQuery
  readonly headers: TextHeaders
  readonly body: undefined
  // No response yet: the type without keys.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  readonly responses: {}
}>
