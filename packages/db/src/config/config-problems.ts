import { HostError } from '@modkit/core'
import { nearest } from '@modkit/core/spi'

/** Collects what is wrong with the database sections, so that all of it is reported at once. */
export class ConfigProblems {
  readonly #found: HostError[] = []
  readonly #originOf: OriginOf

  constructor(originOf: OriginOf = () => undefined) {
    this.#originOf = originOf
  }

  get size(): number {
    return this.#found.length
  }

  /** @param section where it stands, for example `modules.users.database` */
  invalid(section: string, reason: string, { key, suggestions = [] }: ProblemOptions = {}): void {
    const origin = this.#originOf(key === undefined ? section : `${section}.${key}`)
    this.#found.push(new HostError('DB_CONFIG_INVALID', { section, reason, suggestions, ...(origin && { origin }) }))
  }

  /** Two settings that cannot both be meant. */
  conflict(section: string, reason: string): void {
    const origin = this.#originOf(section)
    this.#found.push(new HostError('DB_CONFIG_CONFLICT', { section, reason, ...(origin && { origin }) }))
  }

  /** A name that is not among those that are known; the nearest ones are suggested. */
  unknown(section: string, what: UnknownName): void {
    const { key, known } = what
    const suggestions = nearest(what.name, known)
    this.invalid(section, `${what.reason} (known: ${known.join(', ') || 'none'})`, {
      suggestions,
      ...(key !== undefined && { key }),
    })
  }

  /** @throws HostError `CONFIG_INVALID` with everything that was found, if anything was */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new HostError('CONFIG_INVALID', { problems: this.#found })
  }
}

/** Where a key stands, such as `app.yaml:12:5`. */
type OriginOf = (path: string) => string | undefined

export interface ProblemOptions {
  /** The key below the section that is wrong, where it is one alone. */
  readonly key?: string
  readonly suggestions?: readonly string[]
}

export interface UnknownName {
  readonly key?: string
  readonly name: string
  readonly reason: string
  readonly known: readonly string[]
}
