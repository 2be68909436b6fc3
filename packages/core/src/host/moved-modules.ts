import type { HostConfig, MovedModuleRuntime } from '../config/host-config.js'
import { HostError } from '../errors/host-error.js'
import type { ModuleBackend } from '../out-of-process/backend.js'
import type { MovedModule } from '../phases/moved-module.js'

/**
 * What the configuration says of the modules that run in processes of their own.
 *
 * @throws HostError `OOP_NOT_MOVABLE` or `BACKEND_UNKNOWN`
 */
export function movedModules(
  names: readonly string[],
  config: HostConfig,
  backends: readonly ModuleBackend[],
): readonly MovedModule[] {
  return names.map((name) => {
    const runtime = config.runtimeOf(name)
    if (runtime.type !== 'oop') throw new RangeError(`Module "${name}" is not moved.`)
    return movedModule({ name, runtime, backend: backendOf(name, runtime, backends), config })
  })
}

interface MovedModuleFacts {
  readonly name: string
  readonly runtime: MovedModuleRuntime
  readonly backend: ModuleBackend
  readonly config: HostConfig
}

function movedModule({ name, runtime: { execution }, backend, config }: MovedModuleFacts): MovedModule {
  if (!execution) {
    const reason = `modules.${name}.runtime.execution is missing, and this release runs only foreign executables out of process`
    throw new HostError('OOP_NOT_MOVABLE', { module: name, reasons: [reason] })
  }
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

function backendOf(module: string, { backend }: MovedModuleRuntime, backends: readonly ModuleBackend[]): ModuleBackend {
  const found = backend === undefined ? backends[0] : backends.find(({ kind }) => kind === backend)
  if (found) return found
  throw new HostError('BACKEND_UNKNOWN', {
    module,
    backend: backend ?? '(default)',
    known: backends.map(({ kind }) => kind),
  })
}
