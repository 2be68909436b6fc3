import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LONG_FORM_MS, propertyRuns } from '../../test/properties/property-runs.js'
import type { Capability } from '../capabilities/capability.js'
import { HostError } from '../errors/host-error.js'
import { defineModule } from '../module/module-decorator.js'
import type { ModuleClass } from '../module/module-class.js'
import { buildRegistry } from './build-registry.js'
import { ModuleRegistry } from './module-registry.js'

// buildRegistry against a second implementation that is naive on purpose: it says what is wrong with random declarations,
// or in which order they go. See test/properties/property-runs.ts for how to run a failing case again.

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const CAPABILITIES: readonly Capability[] = ['system', 'rest_host', 'grpc_hub', 'stateful', 'rest']
/** What each capability demands, in an order of its own. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  rest_host: ['restPrepare', 'restApi', 'restFinalize'],
  grpc_hub: ['boundEndpoint'],
  stateful: ['start', 'stop'],
  rest: ['registerRest'],
}

interface Dep {
  readonly name: string
  readonly optional: boolean
  /** Whether it is given as the class, where there is one of that name. */
  readonly asClass: boolean
}

interface Declaration {
  readonly name: string
  readonly deps: readonly Dep[]
  readonly capabilities: readonly Capability[]
  /** A method that its class lacks. */
  readonly lacks: string | undefined
  /** Where it stands in the list; of equal ones, in the order in which they were declared. */
  readonly place: number
}

/** A program: declarations in the order in which they are given, some of them several times, and what is configured. */
interface Program {
  readonly given: readonly Declaration[]
  readonly disabled: readonly string[]
  readonly moved: readonly string[]
  [fc.toStringMethod](): string
}

const oftenFalse = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

function declarations(broken: boolean): fc.Arbitrary<readonly Declaration[]> {
  const declaration = fc.record({
    // Of a broken program two modules may have one name.
    name: fc.constantFrom(...NAMES),
    deps: fc.array(
      fc.record({ name: fc.constantFrom(...NAMES, 'absent'), optional: oftenFalse, asClass: oftenFalse }),
      { maxLength: 3 },
    ),
    capabilities: fc.subarray([...CAPABILITIES]),
    lacks: broken
      ? fc.option(fc.constantFrom(...Object.values(METHODS).flat()), { freq: 2, nil: undefined })
      : fc.constant(undefined),
    place: fc.nat(9),
  })
  return fc.uniqueArray(declaration, {
    maxLength: 9,
    selector: ({ name, place }) => (broken ? `${name} ${String(place)}` : name),
  })
}

/** Nothing wrong: dependencies point back in the order of declaration, and there is one host of each kind. */
function mended(all: readonly Declaration[]): readonly Declaration[] {
  const isFirst = (capability: Capability, index: number): boolean =>
    all.findIndex(({ capabilities }) => capabilities.includes(capability)) === index
  return all.map((declaration, index) => {
    const isSystem = declaration.capabilities.includes('system')
    const allowed = new Set(
      all
        .slice(0, index)
        .filter(({ capabilities }) => !isSystem || capabilities.includes('system'))
        .map(({ name }) => name),
    )
    return {
      ...declaration,
      deps: declaration.deps.filter(
        ({ name, optional }) => allowed.has(name) || (optional && !all.some((other) => other.name === name)),
      ),
      capabilities: declaration.capabilities.filter(
        (one) => (one !== 'rest_host' && one !== 'grpc_hub') || isFirst(one, index),
      ),
    }
  })
}

function programs(broken: boolean): fc.Arbitrary<Program> {
  const configured = fc.uniqueArray(fc.constantFrom(...NAMES, 'foreign'), { maxLength: broken ? 2 : 0 })
  return fc
    .record({
      all: declarations(broken),
      twice: oftenFalse,
      disabled: configured,
      moved: fc.uniqueArray(fc.constantFrom(...NAMES, 'foreign'), { maxLength: 2 }),
    })
    .map(({ all, twice, ...rest }) => {
      const fitting = broken ? all : mended(all)
      const exists = (name: string): boolean => broken || name === 'foreign' || all.some((other) => other.name === name)
      const configuration = { ...rest, moved: rest.moved.filter(exists) }
      const sorted = [...fitting].sort((a, b) => a.place - b.place)
      const given = twice ? [...sorted, ...sorted.slice(0, 2)] : sorted
      return { given, ...configuration, [fc.toStringMethod]: () => `\n${printed({ given, ...configuration })}\n` }
    })
}

/** A declaration per line: `b(system, lacks stop) <- a, c?, d as class`. */
function printed({ given, disabled, moved }: Pick<Program, 'given' | 'disabled' | 'moved'>): string {
  const lines = given.map(({ name, deps, capabilities, lacks }) => {
    const what = [...capabilities, ...(lacks === undefined ? [] : [`lacks ${lacks}`])]
    const on = deps.map((dep) => dep.name + (dep.optional ? '?' : '') + (dep.asClass ? ' as class' : ''))
    return name + (what.length > 0 ? `(${what.join(', ')})` : '') + (on.length > 0 ? ` <- ${on.join(', ')}` : '')
  })
  return [...lines, `disabled: ${disabled.join(', ')}; moved: ${moved.join(', ')}`].join('\n')
}

function classesOf(given: readonly Declaration[]): readonly ModuleClass[] {
  const made = new Map<Declaration, ModuleClass>()
  for (const declaration of given) {
    if (made.has(declaration)) continue
    class Declared {}
    for (const method of Object.values(METHODS).flat()) {
      if (method !== declaration.lacks) Object.defineProperty(Declared.prototype, method, { value: () => undefined })
    }
    const deps = declaration.deps.map(({ name, optional, asClass }) => {
      const other = [...made].find(([{ name: madeName }]) => madeName === name)
      // A class is never an optional dependency.
      return asClass && other && !optional ? other[1] : name + (optional ? '?' : '')
    })
    made.set(
      declaration,
      defineModule(
        { name: declaration.name, deps, capabilities: declaration.capabilities } as never,
        Declared as never,
      ),
    )
  }
  return given.map((declaration) => made.get(declaration) ?? Object)
}

interface Naive {
  /** `CODE module …`, sorted. */
  readonly problems: readonly string[]
  readonly nodes: ReadonlyMap<string, readonly string[]>
  readonly isSystem: ReadonlySet<string>
}

/** What is wrong with a program, but for cycles; and its graph: for every module the names of those before it. */
function naive({ given, disabled, moved }: Program): Naive {
  const problems: string[] = []
  const present = new Map<string, Declaration>()
  for (const declaration of new Set(given)) {
    // A disabled module counts as absent, however often it is declared.
    if (disabled.includes(declaration.name)) continue
    if (present.has(declaration.name)) problems.push(`MODULE_DUPLICATE ${declaration.name}`)
    else present.set(declaration.name, declaration)
  }
  const known = new Set([...present.keys(), ...moved])
  const isSystem = new Set(
    [...present.values()].filter(({ capabilities }) => capabilities.includes('system')).map(({ name }) => name),
  )
  const nodes = new Map<string, readonly string[]>()
  for (const { name, deps, capabilities, lacks } of present.values()) {
    for (const capability of capabilities)
      if (METHODS[capability]?.includes(lacks ?? '')) problems.push(`CAPABILITY_NOT_IMPLEMENTED ${name} ${capability}`)
    for (const dep of deps)
      if (!known.has(dep.name) && !dep.optional) problems.push(`DEPENDENCY_UNKNOWN ${name} ${dep.name}`)
    const edges = [...new Set(deps.map((dep) => dep.name))].filter((dep) => known.has(dep))
    nodes.set(name, edges)
    for (const dep of edges)
      if (isSystem.has(name) && !isSystem.has(dep)) problems.push(`SYSTEM_DEPENDS_ON_USER ${name} ${dep}`)
  }
  for (const name of moved) if (!nodes.has(name)) nodes.set(name, [])
  for (const [capability, code] of [
    ['rest_host', 'MULTIPLE_REST_HOSTS'],
    ['grpc_hub', 'MULTIPLE_GRPC_HUBS'],
  ] as const) {
    const bearers = [...present.values()]
      .filter(({ capabilities }) => capabilities.includes(capability))
      .map(({ name }) => name)
    if (bearers.length > 1) problems.push(`${code} ${bearers.join(' ')}`)
  }
  return { problems: problems.sort(), nodes, isSystem }
}

/** Everything that can be reached from a module over at least one edge. */
function reachable(nodes: Naive['nodes'], from: string): ReadonlySet<string> {
  const found = new Set<string>()
  const walk = (name: string): void => {
    for (const next of nodes.get(name) ?? []) {
      if (found.has(next)) continue
      found.add(next)
      walk(next)
    }
  }
  walk(from)
  return found
}

/** The knots: sets of modules each of which can reach all, itself included. */
function knotsOf(nodes: Naive['nodes']): readonly string[] {
  const knots = [...nodes.keys()].flatMap((name) => {
    const forth = reachable(nodes, name)
    return forth.has(name)
      ? [
          [...forth]
            .filter((other) => reachable(nodes, other).has(name))
            .sort()
            .join(),
        ]
      : []
  })
  return [...new Set(knots)].sort()
}

/** Again and again the first given module of which everything before it is there. */
function orderOf(nodes: Naive['nodes']): readonly string[] {
  const order: string[] = []
  while (order.length < nodes.size) {
    const next = [...nodes].find(([name, deps]) => !order.includes(name) && deps.every((dep) => order.includes(dep)))
    if (!next) throw new Error(`There is no order: ${knotsOf(nodes).join('; ')}`)
    order.push(next[0])
  }
  return order
}

/** The registry of a program, or what is wrong with it. */
function outcome({ given, disabled, moved }: Program): ModuleRegistry | readonly HostError[] {
  try {
    return buildRegistry(classesOf(given), { disabled: new Set(disabled), moved })
  } catch (error) {
    return HostError.find(error, 'REGISTRY_INVALID')?.details.problems ?? []
  }
}

/** A problem that is no cycle, as the naive implementation writes it. */
function told({ code, details }: HostError): string {
  const { module, dependency, capability, modules } = details as Record<string, string> & {
    modules?: readonly string[]
  }
  return [code, ...(modules ?? [module, dependency ?? capability])].filter((part) => part !== undefined).join(' ')
}

/** What makes a path no cycle: it has to be closed, go along edges, and pass nobody twice. */
function flawsOf(path: readonly string[], nodes: Naive['nodes']): readonly string[] {
  const steps = path.slice(1).map((name, index) => [path[index] ?? '', name] as const)
  return [
    ...(path[0] === path.at(-1) && path.length > 1 ? [] : ['not closed']),
    ...(new Set(path.slice(1)).size === path.length - 1 ? [] : ['passes somebody twice']),
    ...steps
      .filter(([from, to]) => nodes.get(from)?.includes(to) !== true)
      .map((step) => `no edge ${step.join(' -> ')}`),
  ]
}

function knotOf(name: string, nodes: Naive['nodes']): string {
  return [...reachable(nodes, name)]
    .filter((other) => reachable(nodes, other).has(name))
    .sort()
    .join()
}

/** One comparison for each program: making many of them is what such a test would spend its time with. */
function checkRefusal(errors: readonly HostError[], { problems, nodes }: Naive): void {
  const paths = errors.flatMap(({ code, details }) =>
    code === 'DEPENDENCY_CYCLE' ? [(details as { path: string[] }).path] : [],
  )
  const others = errors.filter(({ code }) => code !== 'DEPENDENCY_CYCLE')
  expect({
    problems: others.map(told).sort(),
    knots: paths.map(([first = '']) => knotOf(first, nodes)).sort(),
    flaws: paths.flatMap((path) => flawsOf(path, nodes)),
    isRefused: errors.length > 0,
  }).toEqual({ problems, knots: knotsOf(nodes), flaws: [], isRefused: true })
}

function checkOrder(registry: ModuleRegistry, { moved }: Program, { problems, nodes, isSystem }: Naive): void {
  const order = orderOf(nodes)
  expect({
    problems,
    entries: registry.entries.map(({ name, deps, placement }) => ({ name, deps: [...deps], placement })),
    bySystemPriority: registry.bySystemPriority().map(({ name }) => name),
  }).toEqual({
    problems: [],
    entries: order.map((name) => ({
      name,
      deps: nodes.get(name),
      placement: moved.includes(name) ? 'moved' : 'local',
    })),
    bySystemPriority: [...order.filter((name) => isSystem.has(name)), ...order.filter((name) => !isSystem.has(name))],
  })
}

function check(program: Program): void {
  const wanted = naive(program)
  const found = outcome(program)
  if (found instanceof ModuleRegistry) checkOrder(found, program, wanted)
  else checkRefusal(found, wanted)
}

test(
  'of any declarations the registry finds everything that is wrong, each once, and nothing else',
  () => {
    fc.assert(fc.property(programs(true), check), propertyRuns(1_000, 30_000))
  },
  LONG_FORM_MS,
)

test(
  'modules that fit together go in the one order that the rule gives',
  () => {
    const checkFitting = (program: Program): void => {
      const found = outcome(program)
      expect(found).toBeInstanceOf(ModuleRegistry)
      checkOrder(found as ModuleRegistry, program, naive(program))
    }
    fc.assert(fc.property(programs(false), checkFitting), propertyRuns(1_000, 30_000))
  },
  LONG_FORM_MS,
)
