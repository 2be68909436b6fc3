import fc from 'fast-check'
import type { Capability } from '@modkit/core'
import { planLines } from './print-plan.js'

/** The limits of every planned host, in milliseconds. Small and different, so that a time in a trace says which one it was. */
export const LIMITS = { start: 3_000, shutdown: 2_000, drain: 1_500, grace: 1_000, databases: 2_000 } as const

/** How a hook misbehaves. `ms` counts from its call. */
export interface Fault {
  readonly how: How
  readonly ms: number
}

export const hows = {
  /** Hooks that answer at once. */
  sync: ['throw', 'promise', 'stop', 'stop and throw'],
  constructor: ['throw', 'stop', 'stop and throw'],
  /** Hooks of the start that are waited for. */
  async: ['throw', 'reject', 'slow', 'fail later', 'hang', 'heed', 'stop', 'stop and throw', 'stop and wait'],
  /** Hooks of the shutdown: `heed` ends them when their deadline aborts. */
  stop: ['throw', 'reject', 'slow', 'fail later', 'hang', 'heed', 'stop and wait'],
  /** The entry of a background task. What is not said here is ready at once and ends when it is told to. */
  task: [
    'throw',
    'reject',
    'slow',
    'never ready',
    'never ready, deaf',
    'slow, deaf',
    'deaf',
    'return later',
    'return early',
    'fail later',
    'fail early',
    'slow end',
    'fail at the end',
    'stop',
  ],
} as const

export type How = (typeof hows)[keyof typeof hows][number]

export type Hook =
  | 'construct'
  | 'preInit'
  | 'openDb'
  | 'migrations'
  | 'migrateDb'
  | 'init'
  | 'postInit'
  | 'restPrepare'
  | 'restApi'
  | 'registerRest'
  | 'restFinalize'
  | 'grpcServices'
  | 'start'
  | 'serve'
  | 'drain'
  | 'stop'
  | 'dispose'
  | 'closeDb'

export interface Dependency {
  readonly name: string
  readonly optional: boolean
}

export interface ModulePlan {
  readonly name: string
  readonly deps: readonly Dependency[]
  readonly capabilities: readonly Capability[]
  readonly optional: boolean
  readonly lifecycle?: { readonly awaitReady: boolean; readonly stopTimeout: number }
  readonly hasDatabase: boolean
  /** How many providers it has; each but the first needs the one before it. */
  readonly providers: number
  readonly faults: ReadonlyMap<Hook, Fault>
}

/** Where somebody outside ends the host, and by which way. */
export interface Cut {
  readonly by: 'stop()' | 'signal' | 'promise'
  readonly when: CutTime
}

/** At a time; or so many microtasks after an event, which its number tells or which is the nth of its kind. */
export type CutTime =
  | { readonly ms: number }
  | { readonly event: number; readonly turns: number }
  | { readonly what: 'failed' | 'start settled' | 'told' | 'ready'; readonly nth: number; readonly turns: number }

export interface HostPlanParts {
  /** In the order in which the host is given them. */
  readonly modules: readonly ModulePlan[]
  readonly cut: Cut | undefined
  readonly lameDuckMs: number
  /** How long the host runs before it is stopped in good order. */
  readonly runMs: number
  /** How closing the databases fails, if it does. */
  readonly closeDb: Fault | undefined
}

/** A host, everything that will go wrong in it, and when it is ended; printed as text where a property fails. */
export class HostPlan implements HostPlanParts {
  readonly modules: readonly ModulePlan[]
  readonly cut: Cut | undefined
  readonly lameDuckMs: number
  readonly runMs: number
  readonly closeDb: Fault | undefined

  constructor(parts: HostPlanParts) {
    this.modules = parts.modules
    this.cut = parts.cut
    this.lameDuckMs = parts.lameDuckMs
    this.runMs = parts.runMs
    this.closeDb = parts.closeDb
  }

  get(name: string): ModulePlan | undefined {
    return this.modules.find((module) => module.name === name)
  }

  /** The dependencies of a module that the host has. */
  depsOf(module: ModulePlan): readonly ModulePlan[] {
    return module.deps.flatMap(({ name }) => this.get(name) ?? [])
  }

  toString(): string {
    return planLines(this).join('\n')
  }

  [fc.toStringMethod](): string {
    return `\n${this.toString()}\n`
  }
}

/** The hooks of a module that can go wrong, in the order in which they are called. */
export function hooksOf(module: Omit<ModulePlan, 'faults'>): readonly Hook[] {
  const has = (capability: Capability): boolean => module.capabilities.includes(capability)
  const wanted: readonly (readonly [Hook, boolean])[] = [
    ['construct', true],
    ['preInit', has('system')],
    ['openDb', module.hasDatabase],
    ['migrations', has('db') && module.hasDatabase],
    ['migrateDb', has('db') && module.hasDatabase],
    ['init', true],
    ['postInit', has('system')],
    ['restPrepare', has('rest_host')],
    ['restApi', has('rest_host')],
    ['registerRest', has('rest')],
    ['restFinalize', has('rest_host')],
    ['grpcServices', has('grpc')],
    ['start', has('stateful') && !module.lifecycle],
    ['serve', module.lifecycle !== undefined],
    ['drain', has('rest_host') || has('grpc_hub')],
    ['stop', has('stateful') && !module.lifecycle],
    ['dispose', module.providers > 0],
  ]
  return wanted.flatMap(([hook, isThere]) => (isThere ? [hook] : []))
}

export function howsOf(hook: Hook): readonly How[] {
  if (hook === 'construct') return hows.constructor
  if (hook === 'serve') return hows.task
  if (hook === 'stop' || hook === 'drain' || hook === 'dispose') return hows.stop
  return ['openDb', 'migrateDb', 'init', 'postInit', 'grpcServices', 'start'].includes(hook) ? hows.async : hows.sync
}
