import { describe, expect, test } from '@jest/globals'
import type { HostError } from '../errors/host-error.js'
import type { Constructor } from '../module/module-class.js'
import { provide } from '../module/provide.js'
import { injectionToken, type Provider, type Resolve, type Token } from '../module/provider.js'
import { disposerOf } from './dispose.js'
import { inject } from './inject.js'
import { Inject } from './injectable.js'
import { HostContainer, type Constant } from './host-container.js'
import { ModuleContainer } from './module-container.js'

function containerOf(
  moduleClass: Constructor,
  providers: readonly Provider[] = [],
  constants: readonly Constant[] = [],
) {
  const host = new HostContainer([{ token: 'from-host', value: 'host value' }], 'context')
  return new ModuleContainer(host, { module: 'shop', moduleClass, providers, constants, context: 'context of shop' })
}

function failure(work: () => unknown): HostError {
  try {
    work()
  } catch (error) {
    return error as HostError
  }
  throw new Error('It did not fail.')
}

class Zone {
  readonly name = 'utc'
}
class Repo {
  readonly zone = inject(Zone)
}
class Service {
  readonly repo = inject(Repo)
  readonly zone: Zone
  constructor() {
    this.zone = inject(Zone)
  }
}

describe('inject()', () => {
  test('gives fields and constructors the module’s own singletons, nested', () => {
    class Shop {
      readonly service = inject(Service)
    }
    const shop = containerOf(Shop, [Zone, Repo, Service]).construct() as Shop
    expect(shop.service.repo.zone).toBe(shop.service.zone)
  })

  test('sees what the host holds', () => {
    class Shop {
      readonly value = inject('from-host')
    }
    expect(containerOf(Shop).construct()).toEqual({ value: 'host value' })
  })

  test('names what was asked for, the path and the nearest token when there is no provider', () => {
    class Zones {}
    class Lost {
      readonly zone = inject(Zones)
    }
    class Shop {
      readonly lost = inject(Lost)
    }
    const error = failure(() => containerOf(Shop, [Lost, Zone]).construct())
    expect(error.code).toBe('PROVIDER_NOT_FOUND')
    expect(error.details).toMatchObject({ module: 'shop', token: 'Zones', path: ['Shop', 'Lost', 'Zones'] })
    expect(error.hint).toContain('"Zone"')
  })

  test('ends a circle with its closed path instead of running out of memory', () => {
    class A {
      readonly b: unknown = inject(B)
    }
    class B {
      readonly a: unknown = inject(A)
    }
    class Shop {
      readonly a = inject(A)
    }
    const error = failure(() => containerOf(Shop, [A, B]).construct())
    expect(error.code).toBe('INJECTION_CYCLE')
    expect(error.details).toEqual({ module: 'shop', path: ['A', 'B', 'A'] })
  })

  test('is refused while nothing is being constructed', () => {
    expect(failure(() => inject(Zone)).code).toBe('INJECT_OUTSIDE_CONSTRUCTION')
  })

  test('is refused after an await inside a constructed object', async () => {
    class Shop {
      async later() {
        await Promise.resolve()
        return inject(Zone)
      }
    }
    const shop = containerOf(Shop, [Zone]).construct() as Shop
    await expect(shop.later()).rejects.toMatchObject({ code: 'INJECT_OUTSIDE_CONSTRUCTION' })
  })
})

describe('providers', () => {
  test('come as classes, aliases, values and factories', () => {
    abstract class Mailer {}
    class SmtpMailer extends Mailer {}
    const zone = injectionToken<string>('zone')
    const pool = Symbol('pool')
    class Shop {
      readonly mailer = inject(Mailer)
      readonly zone: string = inject(zone)
      readonly pool = inject(pool)
    }
    const providers = [
      { provide: Mailer, useClass: SmtpMailer },
      { provide: zone, useValue: 'utc' },
      { provide: pool, useFactory: (get: (token: typeof zone) => string) => ({ zone: get(zone) }) },
    ] as Provider[]
    const shop = containerOf(Shop, providers).construct() as Shop
    expect(shop.mailer).toBeInstanceOf(SmtpMailer)
    expect(shop).toMatchObject({ zone: 'utc', pool: { zone: 'utc' } })
  })

  test('made with provide() are the same', () => {
    class Shop {
      readonly zones = [inject(Zone), inject('zone')]
    }
    const providers = [provide('zone', { useExisting: Zone }), provide(Zone, { useFactory: () => new Zone() })]
    expect(containerOf(Shop, providers).construct()).toEqual({ zones: [{ name: 'utc' }, { name: 'utc' }] })
  })

  test('a value may be a promise, but a factory must not return one', () => {
    class Shop {
      readonly value = inject('value')
    }
    const promise = Promise.resolve(1)
    const asValue = containerOf(Shop, [{ provide: 'value', useValue: promise }]).construct() as Shop
    expect(asValue.value).toBe(promise)
    const error = failure(() => containerOf(Shop, [{ provide: 'value', useFactory: () => promise }]).construct())
    expect(error.code).toBe('PROVIDER_MUST_BE_SYNC')
  })

  test('a constructor’s error comes as it was thrown, and the next attempt starts afresh', () => {
    let attempts = 0
    class Flaky {
      constructor() {
        if (attempts++ === 0) throw new RangeError('not yet')
      }
    }
    class Shop {
      readonly flaky = inject(Flaky)
    }
    const container = containerOf(Shop, [Flaky])
    expect(() => container.construct()).toThrow(new RangeError('not yet'))
    expect(container.construct()).toBeInstanceOf(Shop)
  })

  test.each([
    [undefined, /undefined: the class was not yet defined/],
    [{ provide: Zone }, /exactly one of useClass, useValue, useFactory/],
    [{ provide: Zone, useClass: undefined }, /its useClass is undefined/],
    [{ provide: undefined, useValue: 1 }, /"provide" is not a class/],
    [{ provide: Zone, useValue: 1, useClass: Zone }, /exactly one/],
  ])('%p is refused with its reason', (provider, reason) => {
    class Shop {}
    const error = failure(() => containerOf(Shop, [provider as unknown as Provider]))
    expect(error.code).toBe('PROVIDER_INVALID')
    expect(error.message).toMatch(reason)
  })

  test('the same token twice is refused', () => {
    class Shop {}
    expect(failure(() => containerOf(Shop, [Zone, Zone])).message).toContain('listed twice')
  })

  test('a constant of the module wins over a provider of the same token: that is what a mock is', () => {
    class Shop {
      readonly zone = inject(Zone)
    }
    const mock = { name: 'mock' }
    const shop = containerOf(Shop, [Zone], [{ token: Zone, value: mock }]).construct() as Shop
    expect(shop.zone).toBe(mock)
  })

  test('a replacement stands in for a provider, and counts for nothing where there is none', () => {
    class Shop {
      readonly zone = inject(Zone)
    }
    const replacements = [
      { token: Zone, value: { name: 'first' } },
      { token: Zone, value: { name: 'last' } },
      { token: 'nobody asked', value: 1 },
    ]
    const options = { module: 'shop', moduleClass: Shop, providers: [Zone], context: undefined, replacements }
    const container = new ModuleContainer(new HostContainer([], 'context'), options)
    expect(container.construct()).toEqual({ zone: { name: 'last' } })
    expect(() => container.get('nobody asked')).toThrow('has no provider')
  })

  test('what was built is known, oldest first, without the module and without given values', () => {
    class Shop {
      readonly service = inject(Service)
      readonly value = inject('value')
    }
    const container = containerOf(Shop, [Zone, Repo, Service, { provide: 'value', useValue: {} }])
    container.construct()
    expect(container.built.map((value) => value.constructor.name)).toEqual(['Zone', 'Repo', 'Service'])
  })
})

describe('what goes with the module', () => {
  class Resource {
    dispose(): void {}
  }

  function builtBy(providers: readonly Provider[], ...tokens: readonly Token[]): readonly object[] {
    class Shop {
      readonly values = tokens.map((token) => inject(token))
    }
    const container = containerOf(Shop, providers, [{ token: 'constant', value: new Resource() }])
    container.construct()
    return container.built
  }

  test('is what a class or a factory made, each once, behind however many tokens', () => {
    const aliases = [
      { provide: 'alias', useExisting: Resource },
      { provide: 'again', useFactory: (get: Resolve) => get(Resource) },
      { provide: 'injected', useFactory: () => inject('alias') },
      { provide: 'made', useFactory: () => new Zone() },
    ]
    const built = builtBy([Resource, ...aliases], 'again', 'alias', 'injected', 'made', Resource)
    expect(built.map((value) => value.constructor.name)).toEqual(['Resource', 'Zone'])
  })

  test('is not what the container was given, nor what is no object', () => {
    const providers = [
      { provide: 'constant of the module', useFactory: (get: Resolve) => get('constant') },
      { provide: 'of the host', useExisting: 'from-host' },
      { provide: 'given', useValue: new Resource() },
      { provide: 'given again', useFactory: (get: Resolve) => get('given') },
      { provide: 'text', useFactory: () => 'text' },
    ]
    expect(builtBy(providers, ...providers.map(({ provide }) => provide))).toEqual([])
  })

  test('an alias gives the very same, ends in a circle with its path, and needs a token', () => {
    class Shop {
      readonly values = [inject('alias'), inject(Resource)]
    }
    const providers = (existing: unknown) => [Resource, { provide: 'alias', useExisting: existing as Token }]
    const { values } = containerOf(Shop, providers(Resource)).construct() as Shop
    expect(values[0]).toBe(values[1])
    expect(failure(() => containerOf(Shop, providers('alias')).construct()).details).toMatchObject({
      path: ['alias', 'alias'],
    })
    expect(failure(() => containerOf(Shop, providers(undefined))).message).toContain('its useExisting is not')
  })

  test('whose disposer cannot be read fails when it is disposed of, not before', () => {
    const broken = Object.defineProperty({}, 'dispose', {
      get: () => {
        throw new RangeError('no')
      },
    })
    expect(disposerOf(broken)).toThrow(new RangeError('no'))
  })
})

describe('what is no token', () => {
  class Shop {}
  test.each([undefined, null, '', {}, 7])('is refused wherever it is asked for: %p', (token) => {
    const byInject = () => inject(token as never)
    const byParameter = () => Inject(token as never)
    const byGet = () => containerOf(Shop).get(token as never)
    for (const ask of [byInject, byParameter, byGet]) expect(failure(ask).code).toBe('TOKEN_INVALID')
  })

  test('is explained by an import cycle where it is undefined', () => {
    const { message, hint } = failure(() => Inject(undefined as never))
    expect(message).toMatch(/^@Inject was given undefined.* import cycle or a barrel file/)
    expect(hint).toMatch(/^Break the circle/)
    expect(failure(() => inject('')).message).toBe('inject() was given "", which is no token.')
  })
})

test('@Inject names the token of a constructor parameter', () => {
  class Shop {
    readonly zone: Zone
    constructor(zone: Zone) {
      this.zone = zone
    }
  }
  Inject(Zone)(Shop, undefined, 0)
  expect((containerOf(Shop, [Zone]).construct() as Shop).zone).toBeInstanceOf(Zone)
})
