import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const configFile = (name: string): string => fileURLToPath(new URL(`../config/${name}`, import.meta.url))

export interface CitiesProcessOptions {
  /** Where the data is kept. */
  readonly homeDir: string
  /** How many cities are imported. */
  readonly limit: number
  /** A server that keeps the cities, by the configuration that names one. Default the SQLite file. */
  readonly server?: { readonly dsn: string }
  /** Whether a module runs in processes of its own, by the configuration that says so. */
  readonly split?: boolean
  /** Variables of the environment, in place of its own free ports too. */
  readonly variables?: Readonly<Record<string, string>>
}

/** What the example is called with for its configuration; without it, it takes its usual one. */
function configOf({ server, split = false }: CitiesProcessOptions): readonly string[] {
  if (split) return [configFile('cities-split.yaml')]
  return server ? [configFile('cities-on-a-server.yaml')] : []
}

/** The example as a process of its own, with its own configuration file but on free ports and with other data. */
export class CitiesProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #end: Promise<number | null>
  readonly #listeners = new Set<() => void>()
  #log = ''

  constructor(options: CitiesProcessOptions) {
    const { homeDir, limit, server, variables } = options
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      APP__SERVER__HOME_DIR: homeDir,
      APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0',
      APP__MODULES__GRPC_HUB__CONFIG__LISTEN_ADDR: '127.0.0.1:0',
      APP__MODULES__CITY_IMPORT__CONFIG__LIMIT: String(limit),
      APP__MODULES__CITY_IMPORT__CONFIG__BATCH_SIZE: '100',
      ...(server && { CITIES_DSN: server.dsn }),
      ...variables,
    }
    const args = ['--conditions=modkit:source', '--import', 'tsx', main, ...configOf(options)]
    this.#child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#hear(chunk))
    this.#end = once(this.#child, 'close').then(([code]) => code as number | null)
  }

  /** Everything that it has logged so far. */
  get log(): string {
    return this.#log
  }

  /** The part of the log that matches, as soon as it is there; rejects when the process ends without. */
  async logged(pattern: RegExp): Promise<string> {
    let listener: (() => void) | undefined
    const found = new Promise<string>((resolve) => {
      listener = () => {
        const match = pattern.exec(this.#log)
        if (match) resolve(match[1] ?? match[0])
      }
      this.#listeners.add(listener)
      listener()
    })
    const ended = this.#end.then((code) => Promise.reject(new Error(`It ended with ${String(code)}:\n${this.#log}`)))
    try {
      return await Promise.race([found, ended])
    } finally {
      if (listener) this.#listeners.delete(listener)
    }
  }

  /** What the gateway answers. */
  async request(path: string): Promise<Response> {
    const address = await this.logged(/REST gateway listens on (\S+)/)
    return fetch(`${address}${path}`)
  }

  /** Asks the gateway until this many cities are imported. */
  async imported(count: number): Promise<void> {
    for (let imported = 0; imported < count;) {
      const response = await this.request('/cities/v1/import')
      if (response.ok) imported = ((await response.json()) as { imported: number }).imported
    }
  }

  /** Resolves with the exit code; `null` when the signal killed it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal)
    return this.#end
  }

  /** However a test ends, no process stays behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }

  #hear(chunk: string): void {
    this.#log += chunk
    for (const listener of this.#listeners) listener()
  }
}
