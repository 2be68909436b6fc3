// What a newcomer does after the first look: a module, its tests, the pictures, the database, production, and mistakes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mistakesOf, tryMistakes } from './mistakes.mjs'
import { mustSucceed, personsEnvironment, Running } from './processes.mjs'

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** Any free port: another program may have the usual one. */
const ANY_PORT = { APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0' }

/** An application and what is done with it; each step says how long it has taken. */
export class Journey {
  #place
  #hasDatabase

  /**
   * @param place.app the application
   * @param place.modules the node_modules that it runs with
   * @param place.tarballs where our packages come from
   */
  constructor(place, { hasDatabase }) {
    this.#place = place
    this.#hasDatabase = hasDatabase
  }

  /** Starts the application as `npm run dev` or `npm start`, lets `visit` talk to it, and ends it by Ctrl-C. */
  async whileRunning(command, visit) {
    const running = new Running(command, this.#terminal(ANY_PORT))
    try {
      const [, address] = await running.heard(/REST gateway listens on (http\S+)/)
      await visit(address)
      await running.end()
    } finally {
      await running.kill()
    }
  }

  async greeting(address) {
    const response = await fetch(new URL('/hello/v1/world', address))
    expectSame(await response.json(), { greeting: 'Hello, world!' })
  }

  async afterTheFirstAnswer() {
    const database = this.#hasDatabase
    const features = database ? ['--db', '--rest'] : ['--rest', '--no-install']
    await this.#step(`a module with ${database ? 'database and ' : ''}REST`, async () => {
      await this.#command(['modkit', 'new', 'module', 'notes', ...features], /Created the module "notes"/)
    })
    await this.#step('checks', () => this.#command(['npm', 'run', 'check'], /No problems\. 3 modules, 3 routes\./))
    await this.#step('tests', () => this.#command(['npm', 'test'], /# pass 3\n# fail 0/))
    await this.#step('pictures', () => this.#pictures())
    if (database) await this.#step('migrations', () => this.#migrations())
    await this.#step('production', () => this.#production())
  }

  /** Whether every mistake is told well. */
  async mistakes({ copies, ...options }) {
    const mistakes = mistakesOf({ hasDatabase: this.#hasDatabase })
    console.log(`${mistakes.length} mistakes, and what is said of them:`)
    const failed = await tryMistakes(mistakes, { ...this.#place, copies }, options)
    return failed === 0
  }

  async #pictures() {
    await this.#command(['modkit', 'graph'], /^notes /m)
    await this.#command(['modkit', 'routes'], /POST +\/notes\/v1\/items +public +notes/)
    await this.#command(['modkit', 'graph', '--format', 'svg', '--output', 'modules.svg'], /Wrote 3 modules/)
    const svg = readFileSync(join(this.#place.app, 'modules.svg'), 'utf8')
    if (!/<svg[\s\S]*notes[\s\S]*<\/svg>/.test(svg)) throw new Error('modules.svg is no picture of the modules.')
  }

  async #migrations() {
    await this.#command(['modkit', 'migrate', '--status'], /pending +001-notes\n1 migration to run/)
    await this.#command(['modkit', 'migrate'], /notes: 1 applied in \d+ ms: 001-notes/)
    await this.#command(['modkit', 'migrate', '--status'], /applied +001-notes\n0 migrations to run/)
  }

  async #production() {
    await this.#command(['npm', 'run', 'build'], /tsc/)
    await this.whileRunning(['npm', 'start'], async (address) => {
      const items = new URL('/notes/v1/items', address)
      const headers = { 'content-type': 'application/json' }
      const added = await fetch(items, { method: 'POST', headers, body: '{"text":"first"}' })
      expectSame([added.status, await added.json()], [201, { id: 1, text: 'first' }])
      const refused = await fetch(items, { method: 'POST', headers, body: '{"txt":"first"}' })
      expectSame(refused.status, 422)
      expectSame(await (await fetch(items)).json(), { items: [{ id: 1, text: 'first' }] })
    })
  }

  async #step(title, work) {
    const start = performance.now()
    await work()
    console.log(`  ${title}: ${seconds(performance.now() - start)}`)
  }

  async #command(command, pattern) {
    const output = await mustSucceed(command, this.#terminal())
    if (!pattern.test(output)) throw new Error(`"${command.join(' ')}" does not say ${pattern}:\n${output}`)
  }

  #terminal(more = {}) {
    const { app, modules, tarballs } = this.#place
    const PATH = `${join(modules, '.bin')}:${process.env.PATH}`
    return { cwd: app, env: personsEnvironment({ PATH, MODKIT_PACKAGES: tarballs, ...more }) }
  }
}

function expectSame(actual, expected) {
  const [is, ought] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== ought) throw new Error(`The answer is ${is}, not ${ought}.`)
}
