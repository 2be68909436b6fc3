import type { HostedModule } from './hosted-module.js'

/** Which modules run and have not been stopped. */
export class StartedModules {
  readonly #started = new Set<HostedModule>()
  #onLate: ((module: HostedModule) => void) | undefined

  /** Remembers a module that has started. After {@link close} it is handed to whoever closed: its start was given up. */
  add(module: HostedModule): void {
    if (this.#onLate) this.#onLate(module)
    else this.#started.add(module)
  }

  has(module: HostedModule): boolean {
    return this.#started.has(module)
  }

  /** Forgets a module that is about to be stopped, so that it is stopped once. */
  take(module: HostedModule): boolean {
    return this.#started.delete(module)
  }

  /** From now on a module that starts after all, although nobody waits for it any more, is given to `onLate`. */
  close(onLate: (module: HostedModule) => void): void {
    this.#onLate = onLate
  }
}
