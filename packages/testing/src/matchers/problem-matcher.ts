import { inspect } from 'node:util'
import { Problem, PROBLEM_CONTENT_TYPE, type ProblemField } from '@modkit/core'
import { contains } from './contains.js'
import type { MatcherResult } from './matcher-result.js'

/** What is expected of a problem; what is left out may be anything. */
export interface ExpectedProblem {
  readonly status?: number
  readonly title?: string
  readonly type?: string
  readonly detail?: string
  readonly code?: string
  /** Of each error the named keys, and no error more. */
  readonly errors?: readonly Partial<ProblemField>[]
}

/**
 * Whether a response carries such a problem document, or an error is such a `Problem`. The response can still be read.
 *
 * @param expected a status alone, or the members that count
 */
export async function toBeProblem(received: unknown, expected: number | ExpectedProblem): Promise<MatcherResult> {
  const wanted = typeof expected === 'number' ? { status: expected } : expected
  const { problem, objection } = await problemOf(received)
  const pass = problem !== undefined && contains(problem, wanted)
  return {
    pass,
    message: () =>
      `Expected ${pass ? 'no' : 'a'} problem with ${inspect(wanted)}, but received ${objection ?? inspect(problem)}`,
  }
}

interface Found {
  readonly problem?: object
  /** Why there is none. */
  readonly objection?: string
}

async function problemOf(received: unknown): Promise<Found> {
  if (Problem.is(received)) {
    const { status, title, type, detail, code, errors } = received
    return { problem: { status, title, type, detail, code, errors } }
  }
  if (!isResponse(received))
    return { objection: `neither a response nor a Problem: ${inspect(received, { depth: 1 })}` }
  const mediaType = received.headers.get('content-type')?.split(';')[0]
  const body = await received.clone().text()
  const what = `a response ${String(received.status)} of ${mediaType ?? 'no media type'}`
  if (mediaType !== PROBLEM_CONTENT_TYPE) return { objection: `${what}: ${body.slice(0, 200)}` }
  const document: unknown = JSON.parse(body)
  return { problem: { ...(document as object), status: received.status } }
}

/** By what it can do: runners have realms of their own, with `Response` classes of their own. */
function isResponse(value: unknown): value is Response {
  const { clone, headers, status } = (value ?? {}) as Partial<Response>
  return typeof clone === 'function' && typeof headers === 'object' && typeof status === 'number'
}
