import { expect, test } from '@jest/globals'
import { createHost, defineModule, HostError, inject, type ModuleClass } from '@modkit/core'
import { FakeClock, silentLogger } from '@modkit/core/spi'

class Mailer {}

function hostOf(...modules: readonly ModuleClass[]) {
  return createHost({ modules, config: {}, logger: silentLogger })
}

async function failureOf(start: Promise<unknown>): Promise<unknown> {
  return start.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('who injects what another module provides hears whose it is, and how modules meet', async () => {
  const Mail = defineModule({ name: 'mail', providers: [Mailer] }, class Mail {})
  const Shop = defineModule(
    { name: 'shop', deps: ['mail'] },
    class Shop {
      readonly mailer = inject(Mailer)
    },
  )
  const error = HostError.find(await failureOf(hostOf(Mail, Shop).start()), 'PROVIDER_NOT_FOUND')
  expect(error?.details).toMatchObject({ module: 'shop', token: 'Mailer', owners: ['mail'] })
  expect(error?.hint).toMatch(/^Register a client for it in module "mail", which has Mailer for itself alone/)
})

test('who injects another module hears the same', async () => {
  class Mail {}
  defineModule({ name: 'mail' }, Mail)
  const Shop = defineModule(
    { name: 'shop' },
    class Shop {
      readonly mail = inject(Mail)
    },
  )
  const error = HostError.find(await failureOf(hostOf(Mail, Shop).start()), 'PROVIDER_NOT_FOUND')
  expect(error?.details.owners).toEqual(['mail'])
})

test('what no module has is to be added', async () => {
  const Shop = defineModule(
    { name: 'shop' },
    class Shop {
      readonly mailer = inject(Mailer)
    },
  )
  const error = HostError.find(await failureOf(hostOf(Shop).start()), 'PROVIDER_NOT_FOUND')
  expect(error?.details).not.toHaveProperty('owners')
  expect(error?.hint).toBe('Add Mailer to the providers of "shop".')
})

test('one class of two copies of a file is not to be renamed, but imported from one place', async () => {
  const load = (): ModuleClass => defineModule({ name: 'shop' }, class Shop {})
  const error = HostError.find(await failureOf(hostOf(load(), load()).start()), 'REGISTRY_INVALID')
  expect(error?.details.problems[0]?.hint).toContain('import it from one')
})

test('a hook that outlives the start deadline names the option that sets it', async () => {
  const clock = new FakeClock()
  const Slow = defineModule(
    { name: 'slow' },
    class Slow {
      init(): Promise<void> {
        setImmediate(() => void clock.advance(60_000))
        return new Promise(() => undefined)
      }
    },
  )
  const host = createHost({ modules: [Slow], config: {}, logger: silentLogger, clock })
  const error = HostError.find(await failureOf(host.start()), 'DEADLINE_EXCEEDED')
  expect(error?.details).toMatchObject({ afterMs: 60_000, option: 'startDeadline' })
  expect(error?.hint).toContain('raise the option startDeadline of createHost()')
})
