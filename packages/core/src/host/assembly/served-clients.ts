import { ClientHub } from '../../client-hub/client-hub.js'
import type { ServedClient } from '../../context/grpc-installers.js'
import type { ClientKey } from '../../module/client-key.js'
import type { HostDeclaration } from '../declaration/host-declaration.js'
import { definitionIn, dependenciesOf, isMovedProgram, isRemote } from '../declaration/program-modules.js'

/**
 * Which modules of this process are called by other processes of this same program, by the clients that they provide: in a child its
 * own, in a host those that a moved module depends on, however far away.
 */
export function calledFromElsewhere(declaration: HostDeclaration): ReadonlySet<string> {
  const { child, moved, registry } = declaration
  if (child) return new Set([child.module])
  const programs = moved.filter((name) => isMovedProgram(declaration, name))
  return new Set(programs.flatMap((name) => dependenciesOf(name, registry)))
}

/** The clients of these modules that can be called from afar, with what was registered for them. */
export function servedClients(
  declaration: HostDeclaration,
  clients: ClientHub,
): (module: string) => readonly ServedClient[] {
  const called = calledFromElsewhere(declaration)
  return (module) =>
    (called.has(module) ? (definitionIn(declaration, module)?.provides ?? []) : [])
      .filter(isRemote)
      .flatMap((key) => servedClient(key, ClientHub.registeredIn(clients, key.name)))
}

/** Nothing for an optional module that has failed before it registered anything. */
function servedClient(key: ClientKey<unknown>, implementation: unknown): ServedClient[] {
  // The hub says what is wrong with an object that lacks methods.
  return isObject(implementation) ? [{ key: key as ClientKey<object>, implementation }] : []
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
