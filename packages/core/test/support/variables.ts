/** Variables of the environment, for the length of a scope. */
export class Variables implements Disposable {
  readonly #names: readonly string[]

  constructor(values: Readonly<Record<string, string>>) {
    this.#names = Object.keys(values)
    Object.assign(process.env, values)
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) Reflect.deleteProperty(process.env, name)
  }
}
