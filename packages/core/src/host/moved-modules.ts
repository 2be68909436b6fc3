import type { HostConfig, ModuleExecution, MovedModuleRuntime } from '../config/host-config.js'
import { HostError } from '../errors/host-error.js'
import { moduleDefinition, type ModuleDefinition } from '../module/module-definition.js'
import type { ModuleBackend } from '../out-of-process/backend.js'
import type { MovedModule } from '../out-of-process/moved-module.js'
import { oneOrAll } from './boot-checks.js'
import type { HostDeclaration } from './host-declaration.js'
import type { HostOptions } from './host-options.js'
import { moveObstacles } from './move-obstacles.js'
import { ownEntry } from './own-program.js'

/** What the host brings that moved modules need. */
export interface MoveSurroundings {
  readonly options: HostOptions
  readonly backends: readonly ModuleBackend[]
}

/**
 * What the configuration says of the modules that run in processes of their own.
 *
 * @throws HostError `OOP_NOT_MOVABLE`, `OOP_ENTRY_UNKNOWN` or `BACKEND_UNKNOWN`; `REGISTRY_INVALID` with all of them where there
 * are several
 */
export function movedModules(
  declaration: HostDeclaration,
  { options, backends }: MoveSurroundings,
): readonly MovedModule[] {
  const { moved, config, classes } = declaration
  const runtimes = moved.map((name) => [name, movedRuntime(name, config)] as const)
  const problems = runtimes.flatMap(([name, runtime]) => [
    ...notMovable(name, runtime, declaration),
    ...(backendOf(runtime, backends) ? [] : [backendUnknown(name, runtime, backends)]),
  ])
  problems.push(...entryUnknown(runtimes.filter(([, { execution }]) => !execution).map(([name]) => name), options)) // prettier-ignore
  if (problems.length > 0) throw oneOrAll(problems)
  return runtimes.map(([name, runtime]) => {
    const backend = backendOf(runtime, backends)
    if (!backend || !runtime.execution) throw new RangeError(`Module "${name}" has been refused before.`)
    const definition = moduleDefinition(classes.get(name))
    return movedModule({ name, runtime, execution: runtime.execution, backend, config, definition })
  })
}

function movedRuntime(name: string, config: HostConfig): MovedModuleRuntime {
  const runtime = config.runtimeOf(name)
  if (runtime.type !== 'oop') throw new RangeError(`Module "${name}" is not moved.`)
  return runtime
}

function notMovable(module: string, { execution }: MovedModuleRuntime, declaration: HostDeclaration): HostError[] {
  const { registry, classes } = declaration
  const definitionOf = (name: string): ReturnType<typeof moduleDefinition> => moduleDefinition(classes.get(name))
  const reasons = moveObstacles({
    name: module,
    definition: definitionOf(module),
    isOwnProgram: execution === undefined,
    registry,
    definitionOf,
    hasHub: registry.withCapability('grpc_hub').length > 0,
  })
  return reasons.length > 0 ? [new HostError('OOP_NOT_MOVABLE', { module, reasons })] : []
}

/** Only of modules that are to run this very program a script is asked for. */
function entryUnknown(modules: readonly string[], options: HostOptions): HostError[] {
  if (modules.length === 0 || ownEntry(options) !== undefined) return []
  const { entry } = options
  return [new HostError('OOP_ENTRY_UNKNOWN', { modules, ...(entry !== undefined && { entry }) })]
}

interface MovedModuleFacts {
  readonly name: string
  readonly runtime: MovedModuleRuntime
  readonly execution: ModuleExecution
  readonly backend: ModuleBackend
  readonly config: HostConfig
  readonly definition: ModuleDefinition | undefined
}

function movedModule({ name, runtime, execution, backend, config, definition }: MovedModuleFacts): MovedModule {
  return {
    name,
    backend,
    binary: execution.executablePath,
    args: execution.args,
    environment: execution.environment,
    workingDirectory: execution.workingDirectory,
    renderedConfig: config.renderFor(name),
    withheldEnv: config.withheldEnv(name),
    instances: runtime.instances,
    restart: runtime.restart,
    // Of a foreign program without a class nobody knows whether it provides anything: calls wait for it, the start does not.
    saysWhenReady: (definition?.provides.length ?? 0) > 0,
  }
}

function backendOf({ backend }: MovedModuleRuntime, backends: readonly ModuleBackend[]): ModuleBackend | undefined {
  return backend === undefined ? backends[0] : backends.find(({ kind }) => kind === backend)
}

function backendUnknown(
  module: string,
  { backend }: MovedModuleRuntime,
  backends: readonly ModuleBackend[],
): HostError<'BACKEND_UNKNOWN'> {
  const known = backends.map(({ kind }) => kind)
  return new HostError('BACKEND_UNKNOWN', { module, backend: backend ?? '(default)', known })
}
