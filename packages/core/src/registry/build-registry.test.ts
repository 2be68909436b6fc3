import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HostError } from '../errors/host-error.js'
import { defineModule, Module } from '../module/module-decorator.js'
import type { ModuleOptions } from '../module/module-options.js'
import type { ModuleClass } from '../module/module-class.js'
import { buildRegistry, type RegistryOptions } from './build-registry.js'

function declared(name: string, deps: ModuleOptions['deps'] = [], capabilities: readonly string[] = []): ModuleClass {
  class Declared {
    start(): void {}
    stop(): void {}
    migrations(): never[] {
      return []
    }
    restPrepare(): void {}
    restApi(): void {}
    restFinalize(): void {}
    registerRest(): void {}
    grpcServices(): never[] {
      return []
    }
    boundEndpoint(): undefined {}
  }
  return defineModule({ name, deps, capabilities } as never, Declared as never)
}

function problems(classes: readonly ModuleClass[], options: RegistryOptions = {}): readonly HostError[] {
  try {
    buildRegistry(classes, options)
  } catch (error) {
    expect((error as HostError).code).toBe('REGISTRY_INVALID')
    return ((error as HostError).details as { problems: HostError[] }).problems
  }
  throw new Error('The registry was built.')
}

const names = (classes: readonly ModuleClass[]): string[] => buildRegistry(classes).entries.map(({ name }) => name)

describe('the order of the registry', () => {
  test('puts dependencies first', () => {
    expect(names([declared('c', ['b']), declared('b', ['a']), declared('a')])).toEqual(['a', 'b', 'c'])
  })

  test('takes of the modules that are ready the one given first', () => {
    expect(names([declared('x', ['z']), declared('y'), declared('z')])).toEqual(['y', 'z', 'x'])
  })

  test('is the same whether dependencies are named or given as classes', () => {
    const a = declared('a')
    expect(names([declared('b', [a]), a])).toEqual(['a', 'b'])
  })

  test('holds for random graphs, given in any order, and survives a chain of 20,000', () => {
    const graphs = fc.array(fc.array(fc.nat(29), { maxLength: 5 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), (graph, order) => {
        const modules = graph.map((deps, i) =>
          declared(
            `m${String(i)}`,
            [...new Set(deps.filter((d) => d < i))].map((d) => `m${String(d)}`),
          ),
        )
        const shuffled = modules.map((module) => ({ module, at: order.next().value })).sort((a, b) => a.at - b.at)
        const { entries } = buildRegistry(shuffled.map(({ module }) => module))
        const seen = new Set<string>()
        for (const { name, deps } of entries) {
          expect(deps.every((dep) => seen.has(dep))).toBe(true)
          seen.add(name)
        }
        expect(seen.size).toBe(graph.length)
      }),
      { numRuns: 200 },
    )
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      declared(`m${String(i)}`, i === 0 ? [] : [`m${String(i - 1)}`]),
    )
    expect(names(chain.reverse())[0]).toBe('m0')
  })

  test('by system priority has system modules first, each group in topological order', () => {
    const registry = buildRegistry([
      declared('u', ['s2']),
      declared('s1', ['s2'], ['system']),
      declared('s2', [], ['system']),
    ])
    expect(registry.bySystemPriority().map(({ name }) => name)).toEqual(['s2', 's1', 'u'])
  })
})

describe('an entry', () => {
  test('says what the module is, and cannot be changed', () => {
    const registry = buildRegistry([declared('b', ['a', 'absent?'], ['stateful', 'db']), declared('a')])
    const entry = registry.get('b')
    expect(entry).toEqual({
      name: 'b',
      deps: ['a'],
      capabilities: ['stateful', 'db'],
      placement: 'local',
      instance: undefined,
    })
    for (const frozen of [
      registry,
      registry.entries,
      entry,
      entry?.deps,
      entry?.capabilities,
      registry.bySystemPriority(),
    ]) {
      expect(Object.isFrozen(frozen)).toBe(true)
    }
    expect(registry.withCapability('db')).toEqual([entry])
    expect(registry.get('absent')).toBeUndefined()
  })

  test('of a moved module needs no class, and others may depend on it', () => {
    const registry = buildRegistry([declared('user', ['foreign'])], { moved: ['foreign'] })
    expect(registry.entries.map(({ name, placement }) => [name, placement])).toEqual([
      ['foreign', 'moved'],
      ['user', 'local'],
    ])
  })
})

describe('the registry refuses', () => {
  test('an unknown dependency, with the nearest names', () => {
    const [problem] = problems([declared('orders', ['user']), declared('users')])
    expect(problem).toMatchObject({
      code: 'DEPENDENCY_UNKNOWN',
      details: { module: 'orders', dependency: 'user', suggestions: ['users'] },
    })
  })

  test('a dependency on a disabled module, and says that it is disabled; an optional one is left out', () => {
    const disabled = new Set(['mailer'])
    const [problem] = problems([declared('users', ['mailer']), declared('mailer')], { disabled })
    expect(problem).toMatchObject({ code: 'DEPENDENCY_UNKNOWN', details: { disabled: true } })
    expect(problem?.hint).toContain('enabled: false')
    expect(buildRegistry([declared('users', ['mailer?']), declared('mailer')], { disabled }).entries).toHaveLength(1)
  })

  test('a cycle, by its closed path without bystanders; a module that depends on itself too', () => {
    const cycle = [declared('a', ['b']), declared('b', ['c']), declared('c', ['a'])]
    const [problem, ...others] = problems([
      declared('before'),
      ...cycle,
      declared('after', ['a']),
      declared('self', ['self']),
    ])
    expect(problem).toMatchObject({ code: 'DEPENDENCY_CYCLE', details: { path: ['a', 'b', 'c', 'a'] } })
    expect(others.map(({ details }) => details)).toEqual([{ path: ['self', 'self'] }])
  })

  test('two modules of one name; the same class twice is one module', () => {
    const a = declared('a')
    expect(problems([a, declared('a')])).toMatchObject([{ code: 'MODULE_DUPLICATE', details: { module: 'a' } }])
    expect(buildRegistry([a, a]).entries).toHaveLength(1)
  })

  test('a second REST host and a second hub', () => {
    const twice = (capability: string): ModuleClass[] => [
      declared('a', [], [capability]),
      declared('b', [], [capability]),
    ]
    expect(problems(twice('rest_host'))).toMatchObject([
      { code: 'MULTIPLE_REST_HOSTS', details: { modules: ['a', 'b'] } },
    ])
    expect(problems(twice('grpc_hub'))).toMatchObject([{ code: 'MULTIPLE_GRPC_HUBS' }])
  })

  test('a capability without its methods, and a lifecycle without its entry', () => {
    const bare = defineModule({ name: 'bare', capabilities: ['stateful', 'db'] } as never, class {} as never)
    expect(problems([bare]).map(({ details }) => details)).toEqual([
      { module: 'bare', capability: 'stateful', missing: ['start', 'stop'] },
      { module: 'bare', capability: 'db', missing: ['migrations'] },
    ])
    const task = defineModule(
      { name: 'task', capabilities: ['stateful'], lifecycle: { entry: 'work' } } as never,
      class {} as never,
    )
    expect(problems([task])).toMatchObject([{ code: 'CAPABILITY_NOT_IMPLEMENTED', details: { missing: ['work'] } }])
  })

  test('a hook that is a property of the instance, or a getter that throws, is no method, and the hint says so', () => {
    class Arrow {
      registerRest = (): void => undefined
    }
    class Throwing {
      get registerRest(): () => void {
        throw new Error('no instance')
      }
    }
    const found = [Arrow, Throwing].map((target, index) =>
      defineModule({ name: `m${String(index)}`, capabilities: ['rest'] }, target),
    )
    const hint =
      'Implement "registerRest" as a method of the class, not as a property; or remove "rest" from its capabilities.'
    expect(problems(found)).toMatchObject([
      { code: 'CAPABILITY_NOT_IMPLEMENTED', details: { missing: ['registerRest'] }, hint },
      { code: 'CAPABILITY_NOT_IMPLEMENTED', details: { missing: ['registerRest'] }, hint },
    ])
  })

  test('a class that is no module, as a module and as a dependency; a subclass needs its own declaration', () => {
    class Plain {}
    @Module({ name: 'base' })
    class Base {}
    class Derived extends Base {}
    expect(problems([Plain, declared('a', [Plain]), Derived]).map(({ code, details }) => [code, details])).toEqual([
      ['MODULE_NOT_DECORATED', { class: 'Plain' }],
      ['MODULE_NOT_DECORATED', { class: 'Derived' }],
      ['MODULE_NOT_DECORATED', { class: 'Plain', usedBy: 'a' }],
    ])
  })

  test('a system module that depends on one that is not', () => {
    expect(problems([declared('sys', ['user'], ['system']), declared('user')])).toMatchObject([
      { code: 'SYSTEM_DEPENDS_ON_USER', details: { module: 'sys', dependency: 'user' } },
    ])
  })

  describe('circles', () => {
    const paths = (...classes: readonly ModuleClass[]): unknown[] =>
      problems(classes).map(({ code, details }) => [code, (details as { path: string[] }).path])

    test('that begin with a second dependency, after one that is on none', () => {
      const classes = [declared('leaf'), declared('a', ['leaf', 'b']), declared('b', ['a'])]
      expect(paths(...classes)).toEqual([['DEPENDENCY_CYCLE', ['a', 'b', 'a']]])
    })

    test('in the order in which their modules are given, each once', () => {
      const classes = [declared('a', ['c', 'b']), declared('b', ['a']), declared('c', ['d']), declared('d', ['c'])]
      expect(paths(...classes)).toEqual([
        ['DEPENDENCY_CYCLE', ['a', 'b', 'a']],
        ['DEPENDENCY_CYCLE', ['c', 'd', 'c']],
      ])
    })

    test('that others lead to, or that have a smaller circle within', () => {
      const ring = [declared('a', ['b']), declared('b', ['c']), declared('c', ['b', 'a'])]
      const expected = [['DEPENDENCY_CYCLE', ['a', 'b', 'c', 'a']]]
      expect(paths(...ring)).toEqual(expected)
      expect(paths(declared('entry', ['a']), ...ring)).toEqual(expected)
    })
  })

  test('two modules of one name by their classes, and what is no class or has no name in words', () => {
    const anonymous = (() => class {})()
    expect(problems([declared('a'), declared('a'), anonymous, 'text' as never])).toMatchObject([
      { code: 'MODULE_DUPLICATE', details: { module: 'a', classes: ['Declared', 'Declared'] } },
      { code: 'MODULE_NOT_DECORATED', details: { class: '(anonymous class)' } },
      { code: 'MODULE_NOT_DECORATED', details: { class: 'text' } },
    ])
  })

  test('a capability by the methods that are missing, and no others', () => {
    class Half {
      start(): void {}
    }
    const half = defineModule({ name: 'half', capabilities: ['stateful'] } as never, Half as never)
    expect(problems([half])).toMatchObject([{ details: { capability: 'stateful', missing: ['stop'] } }])
  })

  test('an unknown dependency without naming the module itself as one that is known', () => {
    expect(problems([declared('orders', ['order'])])).toMatchObject([{ details: { known: [], suggestions: [] } }])
  })

  test('everything that is wrong at once, each with a hint', () => {
    const found = problems([
      declared('a', ['nope']),
      declared('b', ['b']),
      declared('c', [], ['rest_host']),
      declared('d', [], ['rest_host']),
    ])
    expect(found.map(({ code }) => code)).toEqual(['MULTIPLE_REST_HOSTS', 'DEPENDENCY_UNKNOWN', 'DEPENDENCY_CYCLE'])
    expect(found.every(({ hint }) => hint !== undefined && hint !== '')).toBe(true)
  })
})
