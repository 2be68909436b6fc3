import type { HostError } from '../host-error.js'
import { type CatalogueEntry, entry, list } from './entry.js'

/** Operations and mounts that cannot stand as they are declared. */
export const restErrors = {
  ROUTE_CONFLICT: entry<{ route: string; modules: readonly string[]; reason: string }>(
    (d) => `The route ${d.route} is claimed twice, by ${list(d.modules)}: ${d.reason}.`,
    () => 'Change what the two share: the path, the method or the operationId of one of them.',
  ),
  OPERATION_INCOMPLETE: entry<{
    route: string
    module: string
    missing: string
    /** Where its declaration begins, such as `src/users.module.ts:12:8`. */ origin?: string
  }>(
    (d) =>
      `The operation ${d.route} of module "${d.module}" is not complete: ${d.missing}${d.origin ? ` (${d.origin})` : ''}.`,
    () => 'Finish the chain with what is missing.',
  ),
  ROUTE_SCHEMA_UNSUPPORTED: entry<{ route: string; field: string; reason: string }>(
    (d) => `The operation ${d.route} has a schema with no JSON form (${d.field}): ${d.reason}.`,
    () => 'Use a type that JSON has, for example an ISO text instead of a date.',
  ),
  ROUTE_INVALID: entry<{ route: string; module: string; reason: string }>(
    (d) => `The operation ${d.route} of module "${d.module}" is not legal: ${d.reason}.`,
    () => 'Correct the path or the schema.',
  ),
  ROUTES_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The operations do not fit together: ${String(d.problems.length)} problems.\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
  RESPONSE_INVALID: entry<{ route: string; module: string; status: number; reason: string }>(
    (d) => `The answer ${String(d.status)} of operation ${d.route} (module "${d.module}") cannot be sent: ${d.reason}.`,
    () => 'Make the handler return what the operation declares, or declare what it returns.',
  ),
  AUTHENTICATOR_MISSING: entry<{ operations: readonly string[] }>(
    (d) => `The operations ${list(d.operations)} are authenticated, but no module provides an authenticator.`,
    () =>
      'Add JwtAuth of @modkit/gateway to the modules and configure modules.jwt-auth.config, or while developing ' +
      'InsecureDevAuth, which lets everybody in; or register an authenticator of your own under authenticatorKey in ' +
      'init(), or declare the operations public().',
  ),
  AUTHENTICATOR_DUPLICATE: entry<{ module: string }>(
    (d) => `Module "${d.module}" would replace an authenticator that is registered already.`,
    () =>
      'Keep one of the two among the modules of the host. One of your own that wraps this one depends on its module, ' +
      'and registers itself afterwards.',
  ),
  AUTHENTICATOR_INSECURE: entry<{ module: string }>(
    (d) => `Module "${d.module}" lets everybody in without proof, and NODE_ENV is "production".`,
    (d) =>
      'Use JwtAuth or an authenticator of your own. If this is what you want, write ' +
      `modules.${d.module}.config.i_know_this_is_insecure: true.`,
  ),
  JWKS_UNAVAILABLE: entry<{ source: string; reason: string }>(
    (d) => `The keys that tokens are checked with cannot be had from ${d.source}: ${d.reason}.`,
    () => 'Make it answer with a JSON Web Key Set, or correct jwks_uri or jwks_file of modules.jwt-auth.config.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
