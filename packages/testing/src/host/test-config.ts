import { moduleDefinition, type ModuleClass } from '@modkit/core'

/** A configuration as a tree, in parts. */
interface Tree {
  readonly [key: string]: unknown
}

/** Ports that nobody else has. */
const freePorts: Tree = {
  'api-gateway': { config: { bind_addr: '127.0.0.1:0' } },
  'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
}

const inMemory: Tree = { engine: 'sqlite', dsn: 'sqlite::memory:' }

export interface TestConfigOptions {
  /** Whether modules with the capability `db` get a database in memory. */
  readonly databases: boolean
}

/** What a test host runs with: the given configuration over free ports and databases in memory. */
export function testConfig(given: object, modules: readonly ModuleClass[], options: TestConfigOptions): object {
  const defaults = modules.flatMap((moduleClass): [string, Tree][] => {
    const definition = moduleDefinition(moduleClass)
    if (!definition) return []
    const ports = freePorts[definition.name] as Tree | undefined
    const wantsDatabase = options.databases && definition.capabilities.includes('db')
    return [[definition.name, { ...ports, ...(wantsDatabase && { database: inMemory }) }]]
  })
  const own = entriesOf(given, 'modules')
  const merged = defaults.map(([name, entry]): [string, Tree] => [name, mergeEntry(entry, entriesOf(own, name))])
  return { ...given, modules: { ...own, ...Object.fromEntries(merged) } }
}

/** A module's own database counts whole: an address in memory and a file do not go together. */
function mergeEntry(defaults: Tree, given: Tree): Tree {
  const config = { ...entriesOf(defaults, 'config'), ...entriesOf(given, 'config') }
  return { ...defaults, ...given, ...(Object.keys(config).length > 0 && { config }) }
}

function entriesOf(tree: object, key: string): Tree {
  const value = (tree as Tree)[key]
  return typeof value === 'object' && value !== null ? (value as Tree) : {}
}
