import { HostError } from '../../errors/host-error.js'
import { nearest } from '../../errors/nearest.js'
import type { HostOptions } from './host-options.js'

/** Under this key stands the argument of `createHost` that is no object of options, until the start reports it. */
const NO_OPTIONS = Symbol('no options')

/** The options that were given. Never throws: what cannot be options is remembered for {@link checkHostOptions}. */
export function hostOptionsFrom(given: unknown): HostOptions {
  return isRecord(given) ? given : ({ [NO_OPTIONS]: given } as HostOptions)
}

/** What an option must be, in words, and whether a value is that. Only asked of values that are not `undefined`. */
interface Shape {
  readonly must: string
  readonly fits: (value: unknown) => boolean
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const duration: Shape = { must: 'be a duration', fits: () => true }

const DATABASE_METHODS = ['isConfigured', 'resolve', 'migrate', 'close']
const LOGGER_METHODS = ['trace', 'debug', 'info', 'warn', 'error', 'child']
const BACKEND_METHODS = ['spawnInstance', 'stopInstance', 'listInstances', 'shutdownAll']
const CLOCK_METHODS = ['now', 'monotonic', 'after']

/** Every option. Durations are judged where they are read. */
const shapes: { readonly [O in keyof HostOptions]-?: Shape } = {
  modules: { must: 'be an array of module classes', fits: Array.isArray },
  scan: { must: 'be a glob, or an array of globs', fits: (value) => isText(value) || isListOf(value, isText) },
  config: { must: 'be a path, a tree, or a provider', fits: (value) => isText(value) || isObject(value) },
  shutdown: { must: `be 'signals', an AbortSignal, or a promise`, fits: isShutdown },
  startDeadline: duration,
  shutdownDeadline: duration,
  watchdog: duration,
  blockedLoop: duration,
  drain: { must: 'be an object with "lameDuck" and "timeout"', fits: isRecord },
  database: {
    must: `be 'none', or an object with the methods ${DATABASE_METHODS.join(', ')}`,
    fits: (value) => value === 'none' || hasMethods(value, DATABASE_METHODS),
  },
  clients: { must: 'be an array of what clientRegistration() gives', fits: (value) => isListOf(value, isRegistration) },
  instanceId: { must: 'be a text that is not empty', fits: isText },
  backends: {
    must: `be an array of objects with a "kind" and the methods ${BACKEND_METHODS.join(', ')}`,
    fits: (value) => isListOf(value, isBackend),
  },
  entry: { must: 'be the path of a script', fits: isText },
  logger: {
    must: `be an object with the methods ${LOGGER_METHODS.join(', ')}`,
    fits: (value) => hasMethods(value, LOGGER_METHODS),
  },
  clock: {
    must: `be an object with the methods ${CLOCK_METHODS.join(', ')}`,
    fits: (value) => hasMethods(value, CLOCK_METHODS),
  },
}

/** Everything that is wrong with the options, durations aside. */
export function checkHostOptions(options: HostOptions): readonly HostError[] {
  if (NO_OPTIONS in options) return [illegal('options', 'they must be an object')]
  const { drain } = options
  return [
    ...unknownOptions(options, Object.keys(shapes), ''),
    ...(isRecord(drain) ? unknownOptions(drain, ['lameDuck', 'timeout'], 'drain.') : []),
    ...Object.entries(shapes)
      .filter(([option, { fits }]) => hasMisfit(options[option as keyof HostOptions], fits))
      .map(([option, { must }]) => illegal(option, `it must ${must}`)),
  ]
}

/** The error for an option whose value is not legal. */
export function illegal(option: string, reason: string): HostError {
  return new HostError('HOST_OPTION_INVALID', { option, reason, suggestions: [] })
}

function hasMisfit(value: unknown, fits: Shape['fits']): boolean {
  return value !== undefined && !fits(value)
}

function unknownOptions(given: object, known: readonly string[], prefix: string): readonly HostError[] {
  return Object.keys(given)
    .filter((option) => !known.includes(option))
    .map(
      (option) =>
        new HostError('HOST_OPTION_INVALID', { option: prefix + option, suggestions: nearest(option, known) }),
    )
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && [...(value as unknown[])].every(fits)
}

function hasMethods(value: unknown, methods: readonly string[]): boolean {
  return isObject(value) && methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}

function isShutdown(value: unknown): boolean {
  return value === 'signals' || hasMethods(value, ['then']) || isAbortSignal(value)
}

function isAbortSignal(value: unknown): boolean {
  return hasMethods(value, ['addEventListener']) && 'aborted' in (value as object)
}

function isRegistration(value: unknown): boolean {
  return isRecord(value) && isRecord(value['key']) && isText(value['key']['name']) && 'implementation' in value
}

function isBackend(value: unknown): boolean {
  return hasMethods(value, BACKEND_METHODS) && isText((value as { kind?: unknown }).kind)
}
