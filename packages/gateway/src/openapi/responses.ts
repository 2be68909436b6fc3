import { STATUS_CODES } from 'node:http'
import type { Operation, ProblemDeclaration, ResponseDeclaration } from '@modkit/core/spi'
import type { ComponentStore } from './component-store.js'
import { examplesOf } from './examples.js'
import { responseSchemas } from './operation-schemas.js'
import { problemContent } from './problem-schema.js'

/** The answers of an operation as OpenAPI 3.1 says them: those that it declares, and those that the gateway gives for it. */
export function responsesOf(operation: Operation, components: ComponentStore): object {
  const problems = [...impliedProblems(operation), ...operation.problems]
  return Object.fromEntries([
    ...problems.map((problem) => [String(problem.status), problemOf(problem)] as const),
    ...operation.responses.map((response) => [
      String(response.status),
      { description: wordsOf(response), ...contentOf(operation, response, components) },
    ]),
  ]) as object
}

/** What the gateway answers where the operation is not reached, by what the operation demands. */
function impliedProblems({ auth, inputs, openBody, rateLimit }: Operation): ProblemDeclaration[] {
  const implied: (ProblemDeclaration | false)[] = [
    auth.kind === 'authenticated' && { status: 401, description: 'The request proves no identity.' },
    auth.kind === 'authenticated' &&
      auth.scopes.length > 0 && { status: 403, description: `Lacks one of the scopes ${auth.scopes.join(', ')}.` },
    (Object.keys(inputs).length > 0 || openBody?.kind === 'form') && {
      status: 422,
      description: 'The request does not fit the schema.',
    },
    rateLimit?.rps !== undefined && { status: 429, description: 'Requests come faster than they may.' },
    rateLimit?.inFlight !== undefined && { status: 503, description: 'Too many requests are being worked on.' },
  ]
  return implied.filter((problem) => problem !== false)
}

function problemOf(problem: ProblemDeclaration): object {
  return { description: wordsOf(problem), content: problemContent(problem.status) }
}

function contentOf(operation: Operation, response: ResponseDeclaration, components: ComponentStore): object {
  if (!response.hasBody) return {}
  const [used] = responseSchemas(operation, response)
  const schema = used ? components.localize(used.schema, used.use) : undefined
  return { content: { [response.contentType]: { ...(schema && { schema }), ...examplesOf(response) } } }
}

function wordsOf({ description, status }: Pick<ResponseDeclaration, 'description' | 'status'>): string {
  return description ?? STATUS_CODES[status] ?? String(status)
}
