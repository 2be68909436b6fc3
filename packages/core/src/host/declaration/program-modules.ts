import { randomBytes } from 'node:crypto'
import type { Family } from '../../config/children/child-program.js'
import type { ClientKey } from '../../module/client-key.js'
import { moduleDefinition, type ModuleDefinition } from '../../module/module-definition.js'
import type { ModuleRegistry } from '../../registry/module-registry.js'
import type { ClientProvider } from '../../client-hub/client-providers.js'
import type { HostDeclaration } from './host-declaration.js'

/** What is declared of a module of this program, wherever it runs; `undefined` of one that brings its own executable alone. */
export function definitionIn({ classes }: HostDeclaration, name: string): ModuleDefinition | undefined {
  return moduleDefinition(classes.get(name))
}

/** Whether a module, wherever it runs, provides a client. */
export function providesClients(declaration: HostDeclaration, name: string): boolean {
  return (definitionIn(declaration, name)?.provides.length ?? 0) > 0
}

/** Who provides which client, of all modules of the program; where several do, the one that is nearest. */
export function clientProviders(declaration: HostDeclaration): ReadonlyMap<string, ClientProvider> {
  const providers = new Map<string, ClientProvider>()
  for (const placement of FAR_TO_NEAR) {
    for (const { name: module, provides } of declaration.declared) {
      if (placementOf(module, declaration) !== placement) continue
      for (const key of provides) providers.set(key.name, { module, placement })
    }
  }
  return providers
}

const FAR_TO_NEAR = ['disabled', 'elsewhere', 'here'] as const

/** A child has the modules of its program that are not its own in other processes. */
function placementOf(module: string, { registry, config }: HostDeclaration): ClientProvider['placement'] {
  if (registry.get(module)?.placement === 'local') return 'here'
  return config.isEnabled(module) ? 'elsewhere' : 'disabled'
}

/** Whether a module runs in processes of this same program. */
export function isMovedProgram({ config, moved }: HostDeclaration, name: string): boolean {
  if (!moved.includes(name)) return false
  const runtime = config.runtimeOf(name)
  return runtime.type === 'oop' && runtime.execution === undefined
}

/** The processes of this program, the host's and its children's; `undefined` where all of it runs in this one process. */
export function familyOf(declaration: HostDeclaration): Family | undefined {
  const { child, moved, registry } = declaration
  if (child) return child.family
  if (!moved.some((name) => isMovedProgram(declaration, name))) return undefined
  const members = registry.entries.filter(
    ({ name, placement }) => placement === 'local' || isMovedProgram(declaration, name),
  )
  const services = new Set(members.flatMap(({ name }) => servicesOf(definitionIn(declaration, name))))
  return { secret: randomBytes(32).toString('base64url'), services }
}

/** All modules that a module depends on, however far away. */
export function dependenciesOf(name: string, registry: ModuleRegistry): readonly string[] {
  const found = new Set<string>()
  const open = [name]
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    for (const dependency of registry.get(module)?.deps ?? []) {
      if (found.has(dependency)) continue
      found.add(dependency)
      open.push(dependency)
    }
  }
  return [...found]
}

/** Whether a client can be called from other processes. */
export function isRemote({ grpc }: ClientKey<unknown>): boolean {
  return grpc !== undefined
}

/** The services of the clients that a module provides, by their full names. */
export function servicesOf(definition: ModuleDefinition | undefined): readonly string[] {
  return (definition?.provides ?? []).flatMap(({ grpc }) => (grpc ? [grpc.service] : []))
}
