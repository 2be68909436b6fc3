import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { onEveryEngine, onSqlite, type TestEngine } from './test-databases.js'

const split = new URL('../config/cities-split.yaml', import.meta.url)

/** Which modules run in processes of their own, and what has to be said for that. */
export interface TestPlacement {
  /** Entries of the configuration. */
  readonly modules: Readonly<Record<string, object>>
  /** The program that these processes run. */
  readonly entry: string
  /** The modules of the processes that there are then. */
  readonly children: readonly string[]
}

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))

const together: TestPlacement = { modules: {}, entry, children: [] }
const apart: TestPlacement = { modules: movedBy(split), entry, children: ['nearest', 'nearest'] }

/** What the example's own file for that says of `nearest`, and nothing else of it. */
function movedBy(file: URL): TestPlacement['modules'] {
  const { modules } = parse(readFileSync(file, 'utf8')) as { modules: { nearest: object } }
  return { nearest: modules.nearest }
}

/** The suite for every engine with all modules in one process, then once more with `nearest` out of it. */
export function everywhere(title: string, suite: (engine: TestEngine, placement: TestPlacement) => void): void {
  onEveryEngine(`${title} in one process`, (engine) => suite(engine, together))
  // A child is run as this process is. Jest compiles what it loads; a child of it has to do that itself.
  process.env['NODE_OPTIONS'] = '--conditions=modkit:source --import tsx'
  // Whoever asks for the cities does not know the engine.
  onSqlite(`${title} with nearest out of it`, (engine) => suite(engine, apart))
}
