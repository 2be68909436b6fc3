import { readFileSync } from 'node:fs'

/** The environment variables through which a host talks to the modules that it runs in other processes. */
export const oopVariables = {
  /** The rendered configuration of the module, as JSON. */
  moduleConfig: 'MODKIT_MODULE_CONFIG',
  /** Where the directory listens, when the host has one. */
  directoryEndpoint: 'MODKIT_DIRECTORY_ENDPOINT',
  /** Which module the child is. */
  module: 'MODKIT_MODULE',
  /** The id under which backend and directory know the child. */
  instanceId: 'MODKIT_INSTANCE_ID',
  /** What the child shows to the directory. */
  directoryToken: 'MODKIT_DIRECTORY_TOKEN',
} as const

/** What a child is told about itself. */
export interface ChildIdentity {
  /** The variables that the configuration sets for the module. */
  readonly configured: Readonly<Record<string, string>>
  readonly module: string
  readonly instanceId: string
  /** Random, one for each instance. */
  readonly token: string
  /** The JSON text of the module's configuration. */
  readonly renderedConfig: string
  /** Left out when there is no directory to talk to. */
  readonly directoryEndpoint?: string | undefined
}

/** The variables that a child gets on top of what it inherits: the configured ones, then ours, which win. */
export function childEnvironment(child: ChildIdentity): Readonly<Record<string, string>> {
  return {
    ...child.configured,
    [oopVariables.moduleConfig]: child.renderedConfig,
    ...(child.directoryEndpoint !== undefined && { [oopVariables.directoryEndpoint]: child.directoryEndpoint }),
    [oopVariables.module]: child.module,
    [oopVariables.instanceId]: child.instanceId,
    [oopVariables.directoryToken]: child.token,
  }
}

/** Meant for the host itself: its configuration overrides, and what its own parent told it. */
const HOST_ONLY_PREFIXES = ['APP__', 'MODKIT_'] as const

/** Meant for every process of the program: the files with which servers are trusted, and which they are shown. */
const FOR_ALL_PREFIX = 'MODKIT_TLS_'

/** What of the environment `own` a child may inherit: neither what is meant for the host nor the `withheld` names. */
export function inheritableEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  withheld: readonly string[] = [],
): Readonly<Record<string, string>> {
  const inherited: Record<string, string> = {}
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !isHostOnly(name) && !withheld.includes(name)) inherited[name] = value
  }
  return inherited
}

/** What of the environment `own` a child needs although it is named like what is meant for the host; never what a parent told it. */
export function neededHostVariables(
  own: Readonly<Record<string, string | undefined>>,
  needed: readonly string[],
): Readonly<Record<string, string>> {
  const contract: readonly string[] = Object.values(oopVariables)
  const found: Record<string, string> = {}
  for (const name of needed.filter((name) => isHostOnly(name) && !contract.includes(name))) {
    const value = own[name]
    if (value !== undefined) found[name] = value
  }
  return found
}

function isHostOnly(name: string): boolean {
  return !name.startsWith(FOR_ALL_PREFIX) && HOST_ONLY_PREFIXES.some((prefix) => name.startsWith(prefix))
}

/** A variable may hold 128 KiB on Linux, and all of them together are limited, too. */
const MAX_VARIABLE_BYTES = 100 * 1024

/** A child's variables, and what it has to be told another way. */
export interface FittedEnvironment {
  readonly env: Readonly<Record<string, string>>
  /** What the child reads from the descriptor that the variable names, to its end. */
  readonly input?: string
}

/** The variables as they are; where the module's configuration is too long for one, `fd:N` stands in its place. */
export function fitEnvironment(env: Readonly<Record<string, string>>, descriptor: number): FittedEnvironment {
  const input = env[oopVariables.moduleConfig]
  if (input === undefined || Buffer.byteLength(input) <= MAX_VARIABLE_BYTES) return { env }
  return { env: { ...env, [oopVariables.moduleConfig]: `fd:${String(descriptor)}` }, input }
}

/** What the descriptor of this process has said: it can be read once, and several may ask. */
let ownInput: string | undefined

/**
 * In a child: the JSON of its module's configuration, from the variable or the descriptor that it names; `undefined` in a process
 * that no host has told anything. Of `process.env` the same each time; any other descriptor can be read once.
 *
 * @throws what the platform says about a descriptor that cannot be read
 */
export function moduleConfigText(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const value = env[oopVariables.moduleConfig]
  const descriptor = /^fd:(\d+)$/.exec(value ?? '')?.[1]
  if (descriptor === undefined) return value
  if (env !== process.env) return readFileSync(Number(descriptor), 'utf8')
  return (ownInput ??= readFileSync(Number(descriptor), 'utf8'))
}
