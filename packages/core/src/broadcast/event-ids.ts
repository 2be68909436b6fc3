import { randomBytes } from 'node:crypto'

/**
 * The ids of one broadcaster's events: a random part, which no other broadcaster and no other life of this one has, and
 * the event's position.
 */
export class EventIds {
  readonly #prefix = `${randomBytes(6).toString('hex')}-`

  of(position: number): string {
    return this.#prefix + String(position)
  }

  /** The position in an id of this broadcaster's; `undefined` in any other text. Who wrote the text may not be trusted. */
  positionOf(id: string): number | undefined {
    if (!id.startsWith(this.#prefix)) return undefined
    const digits = id.slice(this.#prefix.length)
    const position = Number(digits)
    return Number.isSafeInteger(position) && position >= 0 && String(position) === digits ? position : undefined
  }
}
