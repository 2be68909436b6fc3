import type { ModuleDefinition } from '../module/module-definition.js'
import type { ModuleClass } from '../module/module-class.js'
import { normaliseProvider } from './normalise-provider.js'
import { tokenId, type TokenId } from './token.js'

/** A module of the host: its class, and what is declared of it. */
export interface DeclaredClass {
  readonly moduleClass: ModuleClass
  readonly definition: ModuleDefinition
}

/** The names of the modules that are, or have, what stands under a token. */
export function tokenOwners(id: TokenId, modules: readonly DeclaredClass[]): readonly string[] {
  return modules
    .filter(({ moduleClass, definition }) => tokenId(moduleClass) === id || hasProvider(definition, id))
    .map(({ definition }) => definition.name)
}

function hasProvider({ name, providers }: ModuleDefinition, id: TokenId): boolean {
  return providers.some((provider) => {
    try {
      return tokenId(normaliseProvider(name, provider).token) === id
    } catch {
      // One that is not legal is reported where its module is put together.
      return false
    }
  })
}
