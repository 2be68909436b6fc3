import fc from 'fast-check'
import type { Capability } from '@modkit/core'
import { HostPlan, hooksOf, howsOf, hows, type Cut, type Fault, type Hook, type ModulePlan } from './host-plan.js'

/** A module before it is known which others there are: what stands for others is a number, taken modulo their count. */
interface Draft {
  readonly deps: readonly { readonly back: number; readonly optional: boolean }[]
  readonly capabilities: readonly Capability[]
  readonly optional: boolean
  readonly task: { readonly awaitReady: boolean; readonly stopTimeout: number } | undefined
  readonly hasDatabase: boolean
  readonly providers: number
  /** Where it stands in the list that the host is given. */
  readonly place: number
  /** What goes wrong in its start, and in its stop. */
  readonly faults: readonly (FaultDraft | undefined)[]
}

/** Of the hooks that the module has, and of the ways in which such a hook fails, those with these numbers. */
interface FaultDraft {
  readonly hook: number
  readonly how: number
  readonly ms: number
}

/** Around every limit, on both sides: the deadlines are 3 s, 2 s and 1.5 s, the grace is 1 s. */
const times = fc.constantFrom(
  0,
  1,
  30,
  500,
  999,
  1_000,
  1_001,
  1_600,
  2_500,
  2_999,
  3_000,
  3_001,
  3_700,
  4_200,
  5_500,
  7_000,
  9_000,
)

const rare = fc.boolean().chain((first) => (first ? fc.boolean() : fc.constant(false)))

const fault: fc.Arbitrary<FaultDraft> = fc.record({ hook: fc.nat(20), how: fc.nat(20), ms: times })

function onceIn(times: number): fc.Arbitrary<FaultDraft | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fault })
}

const always: fc.Arbitrary<Omit<Draft, 'optional' | 'faults'>> = fc.record({
  deps: fc.array(fc.record({ back: fc.nat(59), optional: rare }), { maxLength: 3 }),
  capabilities: fc.subarray<Capability>(['stateful', 'system', 'db', 'rest', 'rest_host', 'grpc', 'grpc_hub']),
  task: fc.option(fc.record({ awaitReady: fc.boolean(), stopTimeout: fc.constantFrom(30_000, 500, 1_200) }), {
    freq: 2,
    nil: undefined,
  }),
  hasDatabase: rare,
  providers: fc.nat(2),
  place: fc.nat(99),
})

/** Optional modules fail often, because the host goes on; of the others a failure hides what comes after. */
const draft: fc.Arbitrary<Draft> = fc
  .oneof(
    fc.record({ always, optional: fc.constant(false), faults: fc.tuple(onceIn(10), onceIn(4)) }),
    fc.record({ always, optional: fc.constant(true), faults: fc.tuple(onceIn(3), onceIn(4)) }),
  )
  .map(({ always, ...rest }) => ({ ...always, ...rest }))

const by = fc.constantFrom('stop()' as const, 'signal' as const, 'promise' as const)

const cuts: fc.Arbitrary<Cut> = fc.record({
  by,
  when: fc.oneof(
    fc.record({ event: fc.nat(1_500), turns: fc.nat(12) }),
    fc.record({
      what: fc.constantFrom(
        'failed' as const,
        'failed' as const,
        'start settled' as const,
        'told' as const,
        'ready' as const,
      ),
      nth: fc.constantFrom(1, 1, 1, 2, 3),
      turns: fc.nat(8),
    }),
    fc.record({ ms: fc.oneof(times, fc.nat(20_000)) }),
  ),
})

/** Small hosts, in which a fault is easily found, and now and then one of up to 60 modules. */
export function anyHostPlan(): fc.Arbitrary<HostPlan> {
  return fc.oneof({ weight: 4, arbitrary: hostPlans(9) }, { weight: 1, arbitrary: hostPlans(60) })
}

/** Hosts of up to `maxModules` modules, a fault here and there, half of them ended from outside at any point of their life. */
function hostPlans(maxModules: number): fc.Arbitrary<HostPlan> {
  return fc
    .record({
      drafts: fc.array(draft, { minLength: 1, maxLength: maxModules }),
      cut: fc.option(cuts, { freq: 2, nil: undefined }),
      lameDuckMs: fc.constantFrom(0, 700),
      runMs: times,
      closeDb: fc.option(fc.record({ how: fc.constantFrom(...hows.stop), ms: times }), { freq: 2, nil: undefined }),
    })
    .map(({ drafts, ...rest }) => {
      const modules = named(drafts).map((module, index) => ({
        ...module,
        faults: faultsOf(module, drafts[index]?.faults),
      }))
      const given = modules.map((module, index) => ({ module, place: drafts[index]?.place ?? 0 }))
      given.sort((a, b) => a.place - b.place)
      const cut = rest.cut && { ...rest.cut, when: within(rest.cut.when, modules) }
      const closeDb = modules.some(({ hasDatabase }) => hasDatabase) ? rest.closeDb : undefined
      return new HostPlan({ ...rest, cut, closeDb, modules: given.map(({ module }) => module) })
    })
}

type Faultless = Omit<ModulePlan, 'faults'>

/** Modules that fit together: dependencies point back, one REST host and one hub at most, system needs system only. */
function named(drafts: readonly Draft[]): readonly Faultless[] {
  const first = (capability: Capability): number => drafts.findIndex((draft) => draft.capabilities.includes(capability))
  const hosts = { rest_host: first('rest_host'), grpc_hub: first('grpc_hub') }
  const has = (index: number, capability: Capability): boolean => {
    if (drafts[index]?.capabilities.includes(capability) !== true) return false
    if (capability === 'rest_host' || capability === 'grpc_hub') return hosts[capability] === index
    return capability === 'rest' ? hosts.rest_host >= 0 : capability === 'grpc' ? hosts.grpc_hub >= 0 : true
  }
  return drafts.map((draft, index) => {
    const targets =
      index === 0 ? [] : draft.deps.map(({ back, optional }) => ({ at: index - 1 - (back % index), optional }))
    const allowed = targets.filter(({ at }) => !has(index, 'system') || has(at, 'system'))
    const unique = allowed.filter(({ at }, i) => allowed.findIndex((other) => other.at === at) === i)
    const capabilities = draft.capabilities.filter((capability) => has(index, capability))
    return {
      name: nameOf(index),
      deps: unique.map(({ at, optional }) => ({ name: nameOf(at), optional })),
      capabilities,
      optional: draft.optional,
      ...(draft.task && capabilities.includes('stateful') && { lifecycle: draft.task }),
      hasDatabase: draft.hasDatabase,
      providers: draft.providers,
    }
  })
}

function nameOf(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : letter + String(Math.floor(index / 26))
}

function faultsOf(module: Faultless, [ofStart, ofStop]: Draft['faults'] = []): ReadonlyMap<Hook, Fault> {
  const faults = new Map<Hook, Fault>()
  const hooks = hooksOf(module)
  for (const [draft, candidates] of [
    // What starts late is what most can go wrong with.
    [ofStart, [...hooks.filter((hook) => !isOfStop(hook)), ...hooks.filter(isStart), ...hooks.filter(isStart)]],
    [ofStop, hooks.filter(isOfStop)],
  ] as const) {
    const hook = draft && candidates[draft.hook % candidates.length]
    if (!draft || hook === undefined) continue
    const ways = [...howsOf(hook), ...howsOf(hook).filter((how) => !how.startsWith('stop'))]
    faults.set(hook, { how: ways[draft.how % ways.length] ?? 'throw', ms: draft.ms })
  }
  // What starts late often stops slowly too: only then is it still there when its turn comes.
  const isLate = faults.get('start')?.how === 'slow' && ofStart?.hook !== undefined && ofStart.hook % 2 === 1
  if (isLate && !faults.has('stop')) faults.set('stop', { how: 'slow', ms: 1_600 })
  return faults
}

function isOfStop(hook: Hook): boolean {
  return hook === 'drain' || hook === 'stop' || hook === 'dispose'
}

function isStart(hook: Hook): boolean {
  return hook === 'start' || hook === 'serve'
}

/** A cut at an event that a host of this size may well have. */
function within(when: Cut['when'], modules: readonly Faultless[]): Cut['when'] {
  if (!('event' in when)) return when
  const calls = modules.reduce((sum, module) => sum + hooksOf(module).length + module.providers, 0)
  return { ...when, event: when.event % (2 * calls + 1) }
}
