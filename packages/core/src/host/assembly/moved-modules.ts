import type { HostConfig } from '../../config/host-config.js'
import type { MovedModuleRuntime } from '../../config/modules/module-runtime.js'
import { databaseVariables } from '../../config/children/database-variables.js'
import type { Family } from '../../config/children/child-program.js'
import { HostError } from '../../errors/host-error.js'
import type { ModuleBackend } from '../../out-of-process/backend.js'
import type { MovedModule } from '../../out-of-process/moved-module.js'
import { neededHostVariables } from '../../out-of-process/oop-environment.js'
import { oneOrAll } from './boot-checks.js'
import type { HostDeclaration } from '../declaration/host-declaration.js'
import type { HostOptions } from '../options/host-options.js'
import type { HostSeams } from '../options/host-seams.js'
import { moveObstacles } from './move-obstacles.js'
import { isTestRun, ownEntry, ownProgram } from './own-program.js'
import { definitionIn, providesClients, servicesOf } from '../declaration/program-modules.js'

/** What the host brings that moved modules need. */
export interface MoveSurroundings {
  readonly options: HostOptions
  readonly backends: readonly ModuleBackend[]
  /** What the processes of this same program know each other by. */
  readonly family: Family | undefined
  readonly isTest: NonNullable<HostSeams['isTest']>
}

/**
 * What the configuration says of the modules that run in processes of their own.
 *
 * @throws HostError `OOP_NOT_MOVABLE`, `OOP_ENTRY_UNKNOWN` or `BACKEND_UNKNOWN`; `REGISTRY_INVALID` with all of them where there
 * are several
 */
export function movedModules(
  declaration: HostDeclaration,
  { options, backends, family, isTest }: MoveSurroundings,
): readonly MovedModule[] {
  const { moved, config } = declaration
  const runtimes = moved.map((name) => [name, movedRuntime(name, config)] as const)
  const problems = runtimes.flatMap(([name, runtime]) => [
    ...notMovable(name, runtime, declaration),
    ...(backendOf(runtime, backends) ? [] : [backendUnknown(name, runtime, backends)]),
  ])
  const ownPrograms = runtimes.filter(([, { execution }]) => execution === undefined).map(([name]) => name)
  problems.push(...entryUnknown(ownPrograms, options, isTest || isTestRun()))
  if (problems.length > 0) throw oneOrAll(problems)
  return runtimes.map(([name, runtime]) => {
    const backend = backendOf(runtime, backends)
    if (!backend) throw new RangeError(`Module "${name}" has been refused before.`)
    const { instances, restart } = runtime
    return { name, backend, instances, restart, ...programOf(name, runtime, { declaration, options, family }) }
  })
}

/** The services that a child may look for in other processes: its own are found in it first. */
function servicesAround(declaration: HostDeclaration): ReadonlySet<string> | 'any' {
  const definitions = declaration.registry.entries.map(({ name }) => definitionIn(declaration, name))
  // A program of another make offers what it likes.
  return definitions.includes(undefined) ? 'any' : new Set(definitions.flatMap(servicesOf))
}

interface ProgramSurroundings {
  readonly declaration: HostDeclaration
  readonly options: HostOptions
  readonly family: Family | undefined
}

/** What the processes of a module run, and what they are told. */
function programOf(
  name: string,
  { execution }: MovedModuleRuntime,
  { declaration, options, family }: ProgramSurroundings,
): Omit<MovedModule, 'name' | 'backend' | 'instances' | 'restart'> {
  const { config, registry } = declaration
  const withheldEnv = config.withheldEnv(name)
  if (execution) {
    const renderedConfig = config.renderFor(name)
    return {
      binary: execution.executablePath,
      args: execution.args,
      environment: { ...variablesForDatabase(renderedConfig), ...execution.environment },
      workingDirectory: execution.workingDirectory,
      renderedConfig,
      withheldEnv,
      // Of a foreign program without a class nobody knows whether it provides anything: calls wait for it, the start does not.
      saysWhenReady: providesClients(declaration, name),
    }
  }
  const entry = ownEntry(options)
  const [hub] = registry.withCapability('grpc_hub')
  if (entry === undefined || !hub || !family) throw new RangeError(`Module "${name}" has been refused before.`)
  const renderedConfig = config.renderFor(name, { hub: hub.name, services: servicesAround(declaration), family })
  const program = ownProgram(options, entry)
  return {
    ...program,
    environment: { ...variablesForDatabase(renderedConfig), ...program.environment },
    workingDirectory: undefined,
    renderedConfig,
    withheldEnv,
    saysWhenReady: true,
  }
}

/** A process expands the texts of its database itself, and so needs their variables, whatever they are called. */
function variablesForDatabase(renderedConfig: string): Readonly<Record<string, string>> {
  return neededHostVariables(process.env, databaseVariables(renderedConfig))
}

function movedRuntime(name: string, config: HostConfig): MovedModuleRuntime {
  const runtime = config.runtimeOf(name)
  if (runtime.type !== 'oop') throw new RangeError(`Module "${name}" is not moved.`)
  return runtime
}

function notMovable(module: string, { execution }: MovedModuleRuntime, declaration: HostDeclaration): HostError[] {
  const { registry, config } = declaration
  const [hub] = registry.withCapability('grpc_hub')
  const definitionOf = (name: string): ReturnType<typeof definitionIn> => definitionIn(declaration, name)
  const reasons = moveObstacles({
    name: module,
    definition: definitionOf(module),
    isOwnProgram: execution === undefined,
    registry,
    hubConfig: (hub && config.entry(hub.name)?.config) ?? {},
    definitionOf,
  })
  return reasons.length > 0 ? [new HostError('OOP_NOT_MOVABLE', { module, reasons })] : []
}

/** Only of modules that are to run this very program a script is asked for. */
function entryUnknown(modules: readonly string[], options: HostOptions, isTest: boolean): HostError[] {
  const { entry, backends } = options
  // What a backend of the test's own makes of the script is its affair.
  const isTestAlone = isTest && entry === undefined && backends === undefined
  if (modules.length === 0 || (ownEntry(options) !== undefined && !isTestAlone)) return []
  return [
    new HostError('OOP_ENTRY_UNKNOWN', {
      modules,
      ...(isTestAlone && { isTest: true }),
      ...(entry !== undefined && { entry }),
    }),
  ]
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
