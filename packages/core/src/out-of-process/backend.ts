/** Where the instances of a module run. The four named kinds are known everywhere; a backend may bring its own. */
export type BackendKind = 'local_process' | 'k8s' | 'static' | 'mock' | (string & Record<never, never>)

/** What a backend needs to know to run one instance of a module outside of this process. */
export interface OopModuleConfig {
  /** The name of the module. */
  readonly name: string
  /** The kind of the backend that is to run it. */
  readonly backend: BackendKind
  /** The executable. Looked up in `PATH` when it has no slash; never given to a shell. */
  readonly binary?: string
  readonly args: readonly string[]
  /** What the child sees on top of what it inherits. */
  readonly env: Readonly<Record<string, string>>
  /** Default the current directory. */
  readonly workingDirectory?: string
  readonly version?: string
  /** Names of environment variables of this process that the child must not inherit. */
  readonly withheldEnv?: readonly string[]
}

/** One running instance of a module, as its backend names it. */
export interface InstanceHandle {
  readonly module: string
  /** A UUID. The child finds the same one in `MODKIT_INSTANCE_ID`. */
  readonly instanceId: string
  readonly backend: BackendKind
  /** The process, where there is one on this machine. */
  readonly pid: number | undefined
  /** When the instance was spawned, in milliseconds since the epoch. */
  readonly createdAt: number
}

/** How an instance ended. */
export interface InstanceExit {
  /** `null` where a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  /** What it wrote to standard error last, the newest line at the end. */
  readonly lastLines: readonly string[]
}

/** Runs instances of modules outside of this process: as child processes, in a cluster, anywhere. */
export interface ModuleBackend {
  readonly kind: BackendKind
  /**
   * Starts an instance and resolves once it runs; whether it serves is the directory's affair.
   *
   * @throws HostError `BACKEND_KIND_MISMATCH`, `EXECUTABLE_PATH_REQUIRED`, `SPAWN_REFUSED` once shutdown has begun, `SPAWN_FAILED`
   */
  spawnInstance(config: OopModuleConfig): Promise<InstanceHandle>
  /** Ends an instance and resolves once it is gone. An instance that is unknown, or already gone, is no error. */
  stopInstance(handle: InstanceHandle): Promise<void>
  /**
   * Resolves when nothing of an instance is left, however it ended; with `undefined` for one that is unknown, or already
   * gone. Never rejects. A backend without it cannot be asked, and then nobody notices when an instance ends by itself.
   */
  instanceExit?(handle: InstanceHandle): Promise<InstanceExit | undefined>
  /**
   * Resolves when the process of an instance has ended, although what it has left behind may not have, and at once for one that
   * is unknown. Never rejects. Nobody is sent there from then on; without it, from when {@link instanceExit} resolves.
   */
  instanceGone?(handle: InstanceHandle): Promise<void>
  /** The instances of a module that run and have not been told to stop. */
  listInstances(module: string): Promise<readonly InstanceHandle[]>
  /** Ends every instance and refuses new ones. Every call gets the same promise, which never rejects. */
  shutdownAll(): Promise<void>
}
