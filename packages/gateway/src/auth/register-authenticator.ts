import { authenticatorKey, HostError, type Authenticator, type ModuleCtx } from '@modkit/core'

/**
 * Registers the authenticator of a module of ours. Of two the last one would count, and so the order of modules would decide
 * who gets in.
 *
 * @throws HostError `AUTHENTICATOR_DUPLICATE`
 */
export function registerAuthenticator(ctx: ModuleCtx, authenticator: Authenticator): void {
  const { clients, moduleName } = ctx
  if (clients.tryGet(authenticatorKey) !== undefined)
    throw new HostError('AUTHENTICATOR_DUPLICATE', { module: moduleName })
  clients.register(authenticatorKey, authenticator)
}
