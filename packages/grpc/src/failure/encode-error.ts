import type { status } from '@grpc/grpc-js'
import type { HostError, Problem } from '@modkit/core'
import { contractStatusOf, errorToJson } from '@modkit/core/spi'
import { headerText, wellFormed } from './header-text.js'
import { encodeStatusDetails, type FieldViolation, type StatusDetails } from './status-details.js'

/** Says in `ErrorInfo.domain` that the rest is a host error, of our catalogue or of a contract. */
export const ERROR_DOMAIN = 'modkit'

/** Says in `ErrorInfo.domain` that the rest is a `Problem`. */
export const PROBLEM_DOMAIN = 'modkit.problem'

/** The reason of a problem that has no code. */
export const PROBLEM_REASON = 'PROBLEM'

/** Peers refuse header blocks beyond 8 KiB; base64 and the other headers need their part of it. */
const MAX_DETAILS_BYTES = 4_096

/** A host error as a `google.rpc.Status`. Too large for a header, it goes without its details. */
export function encodeHostError(error: HostError, code: status): Buffer {
  const { message, hint, details } = errorToJson(error)
  const http = contractStatusOf(error)?.toString()
  const encoded = details === undefined ? undefined : JSON.stringify(details)
  const info = (carried: Carried): StatusDetails['errorInfo'] => infoOf(error.code, ERROR_DOMAIN, carried)
  return firstThatFits([
    {
      code,
      message: wellFormed(message),
      errorInfo: info({ hint, http_status: http, details: encoded }),
      violations: violationsOf(details),
      retryAfterMs: numberOf(details, 'retryAfterMs'),
    },
    { code, message: headerText(message), errorInfo: info({ http_status: http }) },
  ])
}

/** A problem as a `google.rpc.Status`. Too large for a header, it goes without its fields and headers. */
export function encodeProblem(problem: Problem, code: status): Buffer {
  const { message } = problem
  const { title, type, detail, errors, headers } = problem
  const info = (body: object): StatusDetails['errorInfo'] =>
    infoOf(problem.code ?? PROBLEM_REASON, PROBLEM_DOMAIN, {
      problem: JSON.stringify({ status: problem.status, code: problem.code, ...body }),
    })
  return firstThatFits([
    {
      code,
      message: wellFormed(message),
      errorInfo: info({ title, type, detail, errors, headers }),
      violations: errors?.map((error) => violationOf(`${error.in}${error.field}`, error.message)),
      retryAfterMs: retryAfterMsOf(headers),
    },
    { code, message: headerText(message), errorInfo: info({ title: headerText(title), detail: headerText(message) }) },
    { code, message: headerText(message), errorInfo: info({}) },
  ])
}

type Carried = Readonly<Record<string, string | undefined>>

function infoOf(reason: string, domain: string, carried: Carried): StatusDetails['errorInfo'] {
  const metadata = Object.entries(carried).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { reason, domain, metadata: Object.fromEntries(metadata) }
}

/** Better an error without its details than a connection broken by headers that are too large. */
function firstThatFits(candidates: readonly StatusDetails[]): Buffer {
  let encoded: Buffer = Buffer.alloc(0)
  for (const candidate of candidates) {
    encoded = encodeStatusDetails(candidate)
    if (encoded.byteLength <= MAX_DETAILS_BYTES) break
  }
  return encoded
}

/** What `errors` of an error's details says of single fields, for peers that look for a `BadRequest`. */
function violationsOf(details: unknown): readonly FieldViolation[] | undefined {
  const errors = propertyOf(details, 'errors')
  if (!Array.isArray(errors)) return undefined
  return errors.flatMap((error: unknown) => {
    const [field, message] = [propertyOf(error, 'field'), propertyOf(error, 'message')]
    return typeof field === 'string' && typeof message === 'string' ? [violationOf(field, message)] : []
  })
}

function violationOf(field: string, description: string): FieldViolation {
  return { field: wellFormed(field), description: wellFormed(description) }
}

function retryAfterMsOf(headers: Readonly<Record<string, string>>): number | undefined {
  const written = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  return written !== undefined && /^\d{1,9}$/.test(written) ? Number(written) * 1_000 : undefined
}

function numberOf(details: unknown, key: string): number | undefined {
  const value = propertyOf(details, key)
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
}
