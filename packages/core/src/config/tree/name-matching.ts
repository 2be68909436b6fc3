/** What is left of a name when case, `-` and `_` do not count: `API_GATEWAY`, `api-gateway` and `apiGateway` are the same. */
export function foldName(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase()
}

/** Names to be found by their folded form; of two that fold alike, the one given first. */
export class FoldedNames {
  readonly #exact = new Map<string, string>()
  readonly #folded = new Map<string, string>()

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const lower = name.toLowerCase().replaceAll('-', '_')
      if (!this.#exact.has(lower)) this.#exact.set(lower, name)
      const folded = foldName(name)
      if (!this.#folded.has(folded)) this.#folded.set(folded, name)
    }
  }

  /** The name that is meant; one that differs by case and hyphens alone goes before one that differs by more. */
  find(name: string): string | undefined {
    return this.#exact.get(name.toLowerCase().replaceAll('-', '_')) ?? this.#folded.get(foldName(name))
  }
}

/** `MAX_CONNS` as the files write it: `max_conns`. */
export function snakeCase(name: string): string {
  return name.toLowerCase()
}

/** `API_GATEWAY` as modules are named: `api-gateway`. */
export function kebabCase(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

/** `max_conns` as programs write it: `maxConns`. */
export function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
