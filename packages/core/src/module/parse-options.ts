import type { StandardSchemaV1 } from '@standard-schema/spec'
import { capabilities, isCapability, type Capability } from '../capabilities/capability.js'
import type { ClientKey } from './client-key.js'
import { HostError } from '../errors/host-error.js'
import { nearest } from '../errors/nearest.js'
import { parseDuration } from '../time/duration.js'
import type { Dependency, LifecycleDefinition, ModuleDefinition } from './module-definition.js'
import { assertModuleName } from './module-name.js'
import type { Provider } from './provider.js'

const OPTION_NAMES = ['name', 'deps', 'capabilities', 'provides', 'config', 'providers', 'lifecycle', 'optional']
const LIFECYCLE_OPTION_NAMES = ['entry', 'stopTimeout', 'awaitReady']

/**
 * Checks everything of a module's options that can be judged without the other modules.
 *
 * @throws HostError `MODULE_NAME_INVALID`, `MODULE_OPTION_INVALID`, `CAPABILITY_UNKNOWN`, `CAPABILITY_DUPLICATE`,
 * `DEPENDENCY_UNDEFINED`, `LIFECYCLE_REQUIRES_STATEFUL` or `DURATION_INVALID`
 */
export function parseModuleOptions(given: unknown): ModuleDefinition {
  if (!isRecord(given))
    throw new HostError('MODULE_NAME_INVALID', { name: String(given), reason: 'the option "name" is required' })
  assertModuleName(given['name'])
  const module = given['name']
  assertKnownOptions(module, given, { known: OPTION_NAMES, prefix: '' })
  const parsed = parseCapabilities(module, given['capabilities'])
  return Object.freeze({
    name: module,
    deps: parseDependencies(module, given['deps']),
    capabilities: parsed,
    provides: parseList(module, 'provides', given['provides']) as readonly ClientKey<unknown>[],
    config: parseSchema(module, given['config']),
    providers: parseList(module, 'providers', given['providers']) as readonly Provider[],
    lifecycle: parseLifecycle(module, given['lifecycle'], parsed),
    optional: parseFlag(module, 'optional', given['optional']),
  })
}

function parseSchema(module: string, given: unknown): StandardSchemaV1 | undefined {
  if (given === undefined) return undefined
  const isObject = typeof given === 'function' || isRecord(given)
  if (!isObject || !('~standard' in given))
    throw invalid(module, 'config', 'it must be a Standard Schema, such as a zod object')
  // The one property that every Standard Schema has is there; what it does is the schema's own affair.
  return given as unknown as StandardSchemaV1
}

function parseCapabilities(module: string, given: unknown): readonly Capability[] {
  const parsed: Capability[] = []
  for (const capability of parseList(module, 'capabilities', given)) {
    if (!isCapability(capability)) {
      const name = String(capability)
      throw new HostError('CAPABILITY_UNKNOWN', {
        module,
        capability: name,
        suggestions: nearest(name, capabilities),
        known: capabilities,
      })
    }
    if (parsed.includes(capability)) throw new HostError('CAPABILITY_DUPLICATE', { module, capability })
    parsed.push(capability)
  }
  // A list that has grown has room for more; this one has not.
  return Object.freeze([...parsed])
}

function parseDependencies(module: string, given: unknown): readonly Dependency[] {
  return Object.freeze(parseList(module, 'deps', given).map((target, index) => parseDependency(module, target, index)))
}

function parseDependency(module: string, target: unknown, index: number): Dependency {
  if (target === undefined) throw new HostError('DEPENDENCY_UNDEFINED', { module, index })
  if (typeof target === 'function') return Object.freeze({ target: target as never, optional: false })
  if (typeof target !== 'string')
    throw invalid(module, `deps[${String(index)}]`, 'a dependency is the name of a module or its class')
  const optional = target.endsWith('?')
  return Object.freeze({ target: optional ? target.slice(0, -1) : target, optional })
}

function parseLifecycle(
  module: string,
  given: unknown,
  capabilities: readonly Capability[],
): LifecycleDefinition | undefined {
  if (given === undefined) return undefined
  if (!isRecord(given)) throw invalid(module, 'lifecycle', 'it must be an object')
  if (!capabilities.includes('stateful')) throw new HostError('LIFECYCLE_REQUIRES_STATEFUL', { module })
  assertKnownOptions(module, given, { known: LIFECYCLE_OPTION_NAMES, prefix: 'lifecycle.' })
  const { entry = 'serve', stopTimeout = '30s', awaitReady } = given
  if (typeof entry !== 'string' || entry === '')
    throw invalid(module, 'lifecycle.entry', 'it must be the name of a method')
  return Object.freeze({
    entry,
    stopTimeoutGiven: given['stopTimeout'] !== undefined,
    stopTimeoutMs: parseDuration(stopTimeout, `lifecycle.stopTimeout of module "${module}"`),
    awaitReady: parseFlag(module, 'lifecycle.awaitReady', awaitReady),
  })
}

const NOTHING: readonly never[] = Object.freeze([])

function parseList(module: string, option: string, given: unknown): readonly unknown[] {
  if (given === undefined) return NOTHING
  if (!Array.isArray(given)) throw invalid(module, option, 'it must be an array')
  return Object.freeze([...(given as unknown[])])
}

function parseFlag(module: string, option: string, given: unknown): boolean {
  if (given === undefined) return false
  if (typeof given !== 'boolean') throw invalid(module, option, 'it must be true or false')
  return given
}

interface KnownOptions {
  readonly known: readonly string[]
  readonly prefix: string
}

function assertKnownOptions(module: string, given: object, { known, prefix }: KnownOptions): void {
  for (const option of Object.keys(given)) {
    if (known.includes(option)) continue
    const reason = `there is no such option; there are ${known.join(', ')}`
    throw new HostError('MODULE_OPTION_INVALID', {
      module,
      option: prefix + option,
      reason,
      suggestions: nearest(option, known),
    })
  }
}

function invalid(module: string, option: string, reason: string): HostError {
  return new HostError('MODULE_OPTION_INVALID', { module, option, reason, suggestions: [] })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
