import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, inScope, list } from './entry.js'

/** A client that was asked for, and what is known of it. */
export interface MissingClient {
  readonly client: string
  readonly scope?: string
  /** The module that says that it provides the client. */
  readonly provider?: string
  /** Where the provider is: in this process, in another one, or nowhere. Default `here`. */
  readonly placement?: 'here' | 'elsewhere' | 'disabled'
  /** Modules that have failed, where nobody says that it provides the client. */
  readonly failed?: readonly string[]
  readonly suggestions: readonly string[]
}

function whereToLook(client: MissingClient): string {
  const { provider, placement = 'here' } = client
  if (provider === undefined) return whoMightHaveIt(client)
  switch (placement) {
    case 'elsewhere':
      return `Give its key a proto service, and this host a gRPC hub, so that it can be called in the process of "${provider}", which provides it; or let "${provider}" run in this process.`
    case 'disabled':
      return `Remove "enabled: false" from modules.${provider}, which provides it; or do without it: tryGet() then gives undefined.`
    default:
      return `Name "${provider}" in your deps: it runs in this process and provides it, but has not registered it yet.`
  }
}

function whoMightHaveIt({ scope, failed = [], suggestions }: MissingClient): string {
  const meant = didYouMean(suggestions)
  const suspects =
    failed.length > 0 ? ` ${list(failed)} failed, and may be what registers it: see the log of the start.` : ''
  const advice =
    scope === undefined
      ? 'No module of this host says that it provides it: add the one that does to the modules, or name the one that registers it in your deps, so that it goes first.'
      : 'Name the module that registers it in your deps, so that it goes first.'
  return `${meant === '' ? '' : `${meant} `}${advice}${suspects}`
}

/** Clients that are not there, or not any more. */
export const clientErrors = {
  CLIENT_NOT_FOUND: entry<MissingClient>(
    (d) => `No client "${d.client}" is registered${inScope(d.scope)}.`,
    whereToLook,
  ),
  CLIENT_NOT_PROVIDED: entry<{ module: string; client: string }>(
    (d) => `Module "${d.module}" says that it provides the client "${d.client}", but its init did not register it.`,
    () => 'Call ctx.clients.register(key, implementation) in init(), or remove the key from provides.',
  ),
  CLIENT_UNAVAILABLE: entry<{ client: string; module?: string; reason?: string }>(
    (d) =>
      d.module === undefined
        ? `The client "${d.client}" is unavailable: ${d.reason ?? 'it cannot be reached'}.`
        : `The client "${d.client}" is unavailable, because the optional module "${d.module}" failed.`,
    (d) =>
      d.module === undefined
        ? 'Try again later, or do without it; check that the module that provides it runs.'
        : `Do without it, or mend module "${d.module}"; its error is in the log of the start.`,
  ),
  CLIENT_KEY_INVALID: entry<{ name: string }>(
    (d) => `"${d.name}" is not a name for a client key.`,
    () => "Name the key with a text that is not empty, such as clientKey<Users>('users').",
  ),
  PLUGIN_NOT_FOUND: entry<{ vendor: string; vendors: readonly string[] }>(
    (d) => `No plugin of vendor "${d.vendor}" is registered.`,
    (d) => `Install one, or configure one of the vendors that are there: ${list(d.vendors)}.`,
  ),
  PLUGIN_INVALID: entry<{ id: string; reason: string }>(
    (d) => `The plugin instance "${d.id}" is not legal: ${d.reason}.`,
    () => 'Correct the record that the plugin registers in its init().',
  ),
  REMOTE_CLIENTS_ALREADY_SET: entry<undefined>(
    () => 'This host has a source of remote clients already.',
    () => 'Install one per host; GrpcHub of @modkit/grpc brings its own.',
  ),
  GRPC_INSTALLERS_ALREADY_SET: entry<undefined>(
    () => 'The gRPC installers are already initialized.',
    () => 'Set them once per host; the grpc phase does it.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
