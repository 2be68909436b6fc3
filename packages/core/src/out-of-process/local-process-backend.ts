import { stat } from 'node:fs/promises'
import { silentLogger, type Logger } from '../context/logger.js'
import { messageOf } from '../errors/error-json.js'
import { HostError } from '../errors/host-error.js'
import { systemClock, type Clock } from '../time/clock.js'
import type { InstanceExit, InstanceHandle, ModuleBackend, OopModuleConfig } from './backend.js'
import { CHILDREN_GRACE_MS } from './child-grace.js'
import { INSTANCE_STOP_GRACE_MS, LocalInstance } from './local-instance.js'
import { fitEnvironment, inheritableEnvironment, oopVariables } from './oop-environment.js'
import { INPUT_DESCRIPTOR, spawnChild, spawnError, type ChildCommand } from './spawn-child.js'
import { isUuid, uuidV7 } from './uuid-v7.js'

/** When a backend ends its children, and where their lines go. */
export interface LocalProcessBackendOptions {
  /** Aborting it is `shutdownAll()`. */
  readonly signal: AbortSignal
  /** Where the lines of the children, and those about them, go. Default nowhere. */
  readonly logger?: Logger
  readonly clock?: Clock
}

/**
 * Runs modules as child processes of this one.
 *
 * A child inherits this process's environment without the `APP__` and `MODKIT_` variables and those that its
 * configuration withholds; a module configuration that is too long for a variable comes through a pipe. Its output becomes
 * log lines. A child that ends by itself is noticed, and leaves `listInstances`. A child is stopped with SIGTERM to its process
 * group, then after 2 s, or 5 s in `shutdownAll`, with SIGKILL; children are stopped at the same time, not one after another.
 */
export class LocalProcessBackend implements ModuleBackend {
  readonly kind = 'local_process'
  readonly #signal: AbortSignal
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #instances = new Map<string, LocalInstance>()
  #shutdown: Promise<void> | undefined

  constructor({ signal, logger = silentLogger, clock = systemClock }: LocalProcessBackendOptions) {
    this.#signal = signal
    this.#logger = logger
    this.#clock = clock
    const onAbort = (): void => {
      if (this.#shutdown) return
      if (this.#instances.size > 0)
        this.#logger.info('LocalProcessBackend: shutdown signal received, stopping all processes')
      void this.shutdownAll()
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  }

  /**
   * Starts the module's executable. The instance id is the UUID that `config.env` has under `MODKIT_INSTANCE_ID`, unless
   * a running instance has it already, or else a new one.
   */
  async spawnInstance(config: OopModuleConfig): Promise<InstanceHandle> {
    const binary = this.#binaryOf(config)
    const cwd = await this.#workingDirectoryOf(config)
    if (this.#signal.aborted || this.#shutdown) throw new HostError('SPAWN_REFUSED', { module: config.name })
    const instanceId = this.#instanceIdFor(config)
    const inherited = inheritableEnvironment(process.env, config.withheldEnv)
    const all = { ...inherited, ...config.env, [oopVariables.instanceId]: instanceId }
    const command = { binary, args: config.args, cwd, ...fitEnvironment(all, INPUT_DESCRIPTOR) }
    return this.#spawn(command, { module: config.name, instanceId })
  }

  async stopInstance(handle: InstanceHandle): Promise<void> {
    const instance = this.#instances.get(handle.instanceId)
    if (instance) return instance.stop({ context: 'stop_instance', graceMs: INSTANCE_STOP_GRACE_MS })
    const { module, instanceId } = handle
    this.#logger.debug('stop_instance called for unknown instance, ignoring', { module, instance_id: instanceId })
  }

  instanceExit(handle: InstanceHandle): Promise<InstanceExit | undefined> {
    return this.#instances.get(handle.instanceId)?.ended ?? Promise.resolve(undefined)
  }

  instanceGone({ instanceId }: InstanceHandle): Promise<void> {
    return this.#instances.get(instanceId)?.exited ?? Promise.resolve()
  }

  listInstances(module: string): Promise<readonly InstanceHandle[]> {
    const running = [...this.#instances.values()].filter((instance) => instance.isRunning)
    return Promise.resolve(running.map(({ handle }) => handle).filter((handle) => handle.module === module))
  }

  shutdownAll(): Promise<void> {
    this.#shutdown ??= this.#stopAll()
    return this.#shutdown
  }

  async #stopAll(): Promise<void> {
    const instances = [...this.#instances.values()]
    if (instances.length === 0) return
    this.#logger.info('Stopping OoP module processes', { count: instances.length })
    await Promise.all(instances.map((instance) => instance.stop({ context: 'shutdown', graceMs: CHILDREN_GRACE_MS })))
    this.#logger.info('All OoP module processes stopped')
  }

  #binaryOf({ name, backend, binary }: OopModuleConfig): string {
    if (backend !== this.kind) throw new HostError('BACKEND_KIND_MISMATCH', { expected: this.kind, actual: backend })
    if (!binary) throw new HostError('EXECUTABLE_PATH_REQUIRED', { module: name })
    return binary
  }

  async #workingDirectoryOf({ name, workingDirectory }: OopModuleConfig): Promise<string | undefined> {
    if (workingDirectory === undefined || (await isDirectory(workingDirectory))) return workingDirectory
    this.#logger.warn('Working directory does not exist or is not a directory, using current dir', {
      module: name,
      working_dir: workingDirectory,
    })
    return undefined
  }

  #instanceIdFor(config: OopModuleConfig): string {
    const wanted = config.env[oopVariables.instanceId]
    return isUuid(wanted) && !this.#instances.has(wanted) ? wanted : uuidV7(this.#clock.now())
  }

  /** From the last look at the signal until the child is tracked nothing is awaited, so that a shutdown finds every child. */
  async #spawn(
    command: ChildCommand,
    identity: Pick<InstanceHandle, 'module' | 'instanceId'>,
  ): Promise<InstanceHandle> {
    const { module, instanceId } = identity
    const child = this.#tryToSpawn(command, module)
    if (child.pid === undefined) throw spawnFailed(module, command.binary, await spawnError(child))
    const handle = { ...identity, backend: this.kind, pid: child.pid, createdAt: this.#clock.now() }
    this.#track(new LocalInstance(child, { handle, logger: this.#logger, clock: this.#clock }))
    this.#logger.info('Spawned OoP module with log forwarding', { module, instance_id: instanceId, pid: child.pid })
    return handle
  }

  #tryToSpawn(command: ChildCommand, module: string): ReturnType<typeof spawnChild> {
    try {
      return spawnChild(command)
    } catch (error) {
      throw spawnFailed(module, command.binary, error)
    }
  }

  #track(instance: LocalInstance): void {
    const { instanceId } = instance.handle
    this.#instances.set(instanceId, instance)
    void instance.ended.then(() => this.#instances.delete(instanceId))
  }
}

function spawnFailed(module: string, binary: string, cause: unknown): HostError {
  return new HostError('SPAWN_FAILED', { module, binary, reason: messageOf(cause) }, { cause })
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // It does not exist, or cannot be looked at: the child could not go there either.
    return false
  }
}
