/** The module that says that it provides a client, and where that module is. */
export interface ClientProvider {
  readonly module: string
  /** `here` is this process. A module that is disabled is nowhere. */
  readonly placement: 'here' | 'elsewhere' | 'disabled'
}

/** What a host knows of who provides which client. */
export interface ClientProviders {
  /** By the names of the clients. */
  readonly byClient: ReadonlyMap<string, ClientProvider>
  /** The names of the modules that have failed, while the host goes on without them. */
  failedModules(): readonly string[]
}

/** What a hub without a host knows. */
export const noProviders: ClientProviders = { byClient: new Map(), failedModules: () => [] }
