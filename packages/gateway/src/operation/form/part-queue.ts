import type { Readable } from 'node:stream'

export interface FoundField {
  readonly kind: 'field'
  readonly name: string
  readonly text: string
  readonly isCut: boolean
}

/** A part as the parser finds it. */
export type FoundPart =
  | FoundField
  | {
      readonly kind: 'file'
      readonly name: string
      readonly filename: string | undefined
      readonly contentType: string
      readonly stream: Readable
    }

/** Parts that have been found and not been asked for, or somebody who waits for the next. */
export class PartQueue {
  readonly #parts: FoundPart[] = []
  /** Files whose bytes are not all here yet. */
  readonly #open = new Set<Readable>()
  #end: { readonly error: Error } | 'complete' | undefined
  #isSkipping = false
  #wake: () => void = () => undefined

  push(part: FoundPart): void {
    if (part.kind === 'file') this.#watch(part.stream)
    if (!this.#isSkipping) this.#parts.push(part)
    else if (part.kind === 'file') part.stream.resume()
    this.#wake()
  }

  /** No more will come. The first end counts. */
  close(end: { readonly error: Error } | 'complete'): void {
    this.#end ??= end
    if (typeof end === 'object') for (const stream of this.#open) stream.destroy(end.error)
    this.#wake()
  }

  /** The next part; `undefined` at the end. Rejects with what ended the body early. */
  async next(): Promise<FoundPart | undefined> {
    await this.#waitForPart()
    return this.#parts.shift()
  }

  /** The next part where it is a field of that name; another stays the next. Rejects as `next()` does. */
  async nextField(name: string): Promise<FoundField | undefined> {
    await this.#waitForPart()
    const [part] = this.#parts
    if (part?.kind !== 'field' || part.name !== name) return undefined
    this.#parts.shift()
    return part
  }

  async #waitForPart(): Promise<void> {
    while (this.#parts.length === 0 && this.#end === undefined)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    if (this.#parts.length === 0 && typeof this.#end === 'object') throw this.#end.error
  }

  #watch(stream: Readable): void {
    this.#open.add(stream)
    stream.once('close', () => this.#open.delete(stream))
    // Nobody may listen when the body ends early, which must not end the process.
    stream.on('error', () => undefined)
  }

  /** Whatever else comes is read and dropped. */
  skipRest(): void {
    this.#isSkipping = true
    for (const part of this.#parts.splice(0)) if (part.kind === 'file') part.stream.resume()
  }
}
