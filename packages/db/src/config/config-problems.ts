import { HostError } from '@modkit/core'
import { nearest } from '@modkit/core/spi'

/** Collects what is wrong with the database sections, so that all of it is reported at once. */
export class ConfigProblems {
  readonly #found: HostError[] = []

  get size(): number {
    return this.#found.length
  }

  /** @param section where it stands, for example `modules.users.database` */
  invalid(section: string, reason: string, suggestions: readonly string[] = []): void {
    this.#found.push(new HostError('DB_CONFIG_INVALID', { section, reason, suggestions }))
  }

  /** Two settings that cannot both be meant. */
  conflict(section: string, reason: string): void {
    this.#found.push(new HostError('DB_CONFIG_CONFLICT', { section, reason }))
  }

  /** A name that is not among those that are known; the nearest ones are suggested. */
  unknown(section: string, what: UnknownName): void {
    this.invalid(section, `${what.reason} (known: ${what.known.join(', ') || 'none'})`, nearest(what.name, what.known))
  }

  /** @throws HostError `CONFIG_INVALID` with everything that was found, if anything was */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new HostError('CONFIG_INVALID', { problems: this.#found })
  }
}

export interface UnknownName {
  readonly name: string
  readonly reason: string
  readonly known: readonly string[]
}
