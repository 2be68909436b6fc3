import type { EngineName } from './engine-names.js'

/** Where one subject's database is: what its program is told. */
export interface Address {
  readonly engine: EngineName
  /** The file of an embedded database, the DSN of one on a server. */
  readonly at: string
}

/** As many connections as a subject may have: those that ModKit gives a module by default. */
export function poolSizeOf({ engine }: Address): number {
  return engine === 'sqlite' ? 1 : 10
}

/** A database that one subject has to itself. */
export interface Place extends AsyncDisposable {
  readonly address: Address
}

/** An engine that answers. */
export interface Engine {
  readonly name: EngineName
  create(): Promise<Place>
}
