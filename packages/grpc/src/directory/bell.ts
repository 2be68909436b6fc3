/** Wakes the one who waits for it. What rings while nobody waits wakes the next one at once. */
export class Bell {
  #rung = false
  #wake: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Resolves when it has rung since the last wait, or when `signal` aborts. */
  async wait(signal: AbortSignal | undefined): Promise<void> {
    const onAbort = (): void => this.#wake?.()
    signal?.addEventListener('abort', onAbort, { once: true })
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#rung || signal?.aborted === true) resolve()
    })
    signal?.removeEventListener('abort', onAbort)
    this.#rung = false
  }
}
