import type { HostError } from '../../errors/host-error.js'
import { type ChildProgram, hubNodeForChild, servicesForChild } from './child-program.js'
import { guessedKeys } from './guessed-keys.js'
import { configProblem, throwProblems } from '../tree/config-problem.js'
import {
  type ConfigNode,
  type ConfigPath,
  type LeafNode,
  childPath,
  isPresent,
  mapNode,
  nodeAt,
} from '../tree/config-tree.js'
import { type ModuleSection, configNodeOf, modulePath } from '../modules/module-section.js'

export interface RenderContext {
  readonly root: ConfigNode
  readonly homeDir: string
  /** Where the process is this same program. */
  readonly program?: (ChildProgram & { readonly section: ModuleSection | undefined }) | undefined
}

/**
 * What the process of a moved module is told, as JSON: `{ server?, database?: { global?, module? }, config, guessed?, logging?,
 * tracing? }`, and `grpc: { hub?, services, family }` where it is this same program.
 *
 * Variables in `database` stay unexpanded, so that credentials which the child inherits by name are not written down a
 * second time; of the shared servers only the one that the module names is told.
 *
 * @throws HostError `CONFIG_INVALID` where a value cannot be written as JSON
 */
export function renderModule(section: ModuleSection | undefined, { root, homeDir, program }: RenderContext): string {
  const problems: HostError[] = []
  const render = (node: ConfigNode | undefined, path: ConfigPath, written = false): unknown =>
    isPresent(node) ? jsonValue(node, path, { written, problems }) : undefined
  const path = modulePath(section?.name ?? '')
  const module = nodeAt(section?.node, 'database')
  const config = section && configNodeOf(section)
  const rendered = {
    server: isConfigured(nodeAt(root, 'server', 'home_dir')) ? { home_dir: homeDir } : undefined,
    database: withoutNothing({
      global: render(withServersOf(nodeAt(root, 'database'), module), 'database', true),
      module: render(module, `${path}.database`, true),
    }),
    config: render(config, `${path}.config`) ?? {},
    guessed: guessedKeys(config),
    logging: render(nodeAt(root, 'logging'), 'logging'),
    tracing: render(nodeAt(root, 'tracing'), 'tracing'),
    grpc: program && {
      hub: render(hubNodeForChild(program.section), `${modulePath(program.hub)}.config`),
      services: servicesForChild(program.section, program.services),
      family: { secret: program.family.secret, services: [...program.family.services] },
    },
  }
  throwProblems(problems)
  return JSON.stringify(rendered)
}

function isConfigured(node: ConfigNode | undefined): boolean {
  return isPresent(node) && node.origin !== 'default'
}

function withoutNothing<T extends object>(value: T): T | undefined {
  return Object.values(value).every((item) => item === undefined) ? undefined : value
}

/** The shared database section with the one server that the module refers to: the others' credentials are not its business. */
function withServersOf(database: ConfigNode | undefined, module: ConfigNode | undefined): ConfigNode | undefined {
  const servers = nodeAt(database, 'servers')
  if (database?.kind !== 'map' || servers?.kind !== 'map') return database
  const name = serverNameOf(module)
  const own = [...servers.entries].filter(([server]) => server === name)
  return mapNode([...database.entries, ['servers', mapNode(own, servers.origin)]], database.origin)
}

/** The name of the shared server that a module's `database` builds on. */
export function serverNameOf(database: ConfigNode | undefined): string | undefined {
  const server = nodeAt(database, 'server')
  return server?.kind === 'leaf' && typeof server.value === 'string' ? server.value : undefined
}

interface JsonOptions {
  /** Whether texts are told as they were written, their variables unexpanded. */
  readonly written: boolean
  readonly problems: HostError[]
}

function jsonValue(node: ConfigNode, path: ConfigPath, options: JsonOptions): unknown {
  if (node.kind === 'leaf') return jsonLeaf(node, path, options)
  const below = (child: ConfigNode, key: string | number): unknown => jsonValue(child, childPath(path, key), options)
  if (node.kind === 'list') return node.items.map(below)
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, below(child, key)]))
}

function jsonLeaf(leaf: LeafNode, path: ConfigPath, { written, problems }: JsonOptions): unknown {
  if (!isJson(leaf.value)) {
    const reason = 'cannot be told to another process, because JSON cannot say it'
    problems.push(configProblem({ path, reason, origin: leaf.origin }))
  }
  return written ? (leaf.written ?? leaf.value) : leaf.value
}

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'object' && value !== null) return typeof (value as { toJSON?: unknown }).toJSON === 'function'
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}
