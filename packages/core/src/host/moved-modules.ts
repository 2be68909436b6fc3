import type { Capability } from '../capabilities/capability.js'
import type { HostConfig, MovedModuleRuntime } from '../config/host-config.js'
import { HostError } from '../errors/host-error.js'
import { moduleDefinition, type ModuleDefinition } from '../module/module-definition.js'
import type { ModuleBackend } from '../out-of-process/backend.js'
import type { MovedModule } from '../phases/moved-module.js'
import type { HostDeclaration } from './host-declaration.js'

/**
 * What the configuration says of the modules that run in processes of their own.
 *
 * @throws HostError `OOP_NOT_MOVABLE` or `BACKEND_UNKNOWN`
 */
export function movedModules(declaration: HostDeclaration, backends: readonly ModuleBackend[]): readonly MovedModule[] {
  const { moved, classes, config } = declaration
  return moved.map((name) => {
    const runtime = config.runtimeOf(name)
    if (runtime.type !== 'oop') throw new RangeError(`Module "${name}" is not moved.`)
    const definition = moduleDefinition(classes.get(name))
    return movedModule({ name, runtime, definition, backend: backendOf(name, runtime, backends), config })
  })
}

interface MovedModuleFacts {
  readonly name: string
  readonly runtime: MovedModuleRuntime
  /** A foreign executable needs no class in this program. */
  readonly definition: ModuleDefinition | undefined
  readonly backend: ModuleBackend
  readonly config: HostConfig
}

function movedModule({ name, runtime: { execution }, definition, backend, config }: MovedModuleFacts): MovedModule {
  const reasons = obstacles(definition)
  if (!execution) {
    reasons.push(
      `modules.${name}.runtime.execution is missing, and this release runs only foreign executables out of process`,
    )
  }
  if (!execution || reasons.length > 0) throw new HostError('OOP_NOT_MOVABLE', { module: name, reasons })
  return {
    name,
    backend,
    binary: execution.executablePath,
    args: execution.args,
    environment: execution.environment,
    workingDirectory: execution.workingDirectory,
    renderedConfig: config.renderFor(name),
    withheldEnv: config.withheldEnv(name),
  }
}

/** Whoever has these is called by others of this process, directly. */
const BOUND: readonly Capability[] = ['rest', 'rest_host', 'grpc_hub']

/** What others would look for in this process, and not find. */
function obstacles(definition: ModuleDefinition | undefined): string[] {
  if (!definition) return []
  const { capabilities, provides } = definition
  const bound = BOUND.filter((capability) => capabilities.includes(capability))
  const clients = provides.map(({ name }) => `"${name}"`).join(', ')
  return [
    ...bound.map((capability) => `its class has the capability "${capability}", which works only inside the host`),
    ...(clients ? [`its class provides ${clients}, and this release has no remote clients`] : []),
  ]
}

function backendOf(module: string, { backend }: MovedModuleRuntime, backends: readonly ModuleBackend[]): ModuleBackend {
  const found = backend === undefined ? backends[0] : backends.find(({ kind }) => kind === backend)
  if (found) return found
  throw new HostError('BACKEND_UNKNOWN', {
    module,
    backend: backend ?? '(default)',
    known: backends.map(({ kind }) => kind),
  })
}
