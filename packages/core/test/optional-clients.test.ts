import { describe, expect, test } from '@jest/globals'
import { clientKey, defineModule, type ModuleClass, type ModuleCtx } from '@modkit/core'
import { hostOf } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

class Mailer {
  #sent = 0
  send(): Promise<number> {
    return Promise.resolve(++this.#sent)
  }
  get sent(): number {
    return this.#sent
  }
}

const mail = clientKey<Mailer>('mail')
const greet = clientKey<(name: string) => Promise<string>>('greet')
const unavailable = { code: 'CLIENT_UNAVAILABLE', details: { client: 'mail', module: 'mailer' } }
const fails = (): never => {
  throw new Error('no smtp')
}

const register = (ctx: ModuleCtx): void => ctx.clients.register(mail, new Mailer())

function mailer(reactions: Readonly<Record<string, (...args: never[]) => unknown>>, optional = true): ModuleClass {
  return new Recorder().module('mailer', { optional, provides: [mail], capabilities: ['stateful'] }, reactions)
}

/** A module that looks the client up in `init` and keeps it, and one of its methods. */
class Users {
  mailer = new Mailer()
  send = (): Promise<number> => this.mailer.send()
  init(ctx: ModuleCtx): void {
    this.mailer = ctx.clients.get(mail)
    this.send = this.mailer.send
  }
}
defineModule({ name: 'users', deps: ['mailer'] }, Users)

describe('the client of an optional module', () => {
  test('works like the real one while the module does', async () => {
    const { host } = hostOf({ modules: [mailer({ init: register }), Users] })
    await host.start()
    const { mailer: client } = host.module(Users)
    await expect(client.send()).resolves.toBe(1)
    expect(client.sent).toBe(1)
    expect(client).toBeInstanceOf(Mailer)
    expect(client.send).toBe(client.send)
    expect(['send' in client, Object.keys(client)]).toEqual([true, []])
    await host.stop()
  })

  test('is taken away from who holds it already when the module fails to start', async () => {
    const { host } = hostOf({ modules: [mailer({ init: register, start: fails }), Users] })
    await host.start()
    const { mailer: client, send } = host.module(Users)
    await expect(client.send()).rejects.toMatchObject(unavailable)
    await expect(send()).rejects.toMatchObject(unavailable)
    await expect(host.clients.get(mail).send()).rejects.toMatchObject(unavailable)
    await host.stop()
  })

  test('may be a function', async () => {
    const module = new Recorder().module(
      'greeter',
      { optional: true, provides: [greet], capabilities: ['stateful'] },
      {
        init: (ctx: ModuleCtx) => ctx.clients.register(greet, (name) => Promise.resolve(`hello ${name}`)),
        start: fails,
      },
    )
    let held = (_name: string): Promise<string> => Promise.resolve('')
    let greeting: Promise<string> | undefined
    const user = new Recorder().module('user', { deps: ['greeter'] }, {
      init: (ctx: ModuleCtx) => {
        held = ctx.clients.get(greet)
        greeting = held('Ada')
      },
    }) // prettier-ignore
    const { host } = hostOf({ modules: [module, user] })
    await host.start()
    await expect(greeting).resolves.toBe('hello Ada')
    await expect(held('Ada')).rejects.toMatchObject({ code: 'CLIENT_UNAVAILABLE' })
    await host.stop()
  })

  test('stays unavailable when an init that has been given up registers the real one after all', async () => {
    let proceed = (): void => undefined
    const waiting = new Promise<void>((resolve) => (proceed = resolve))
    const init = (ctx: ModuleCtx): Promise<void> => waiting.then(() => register(ctx))
    const { host, clock, log } = hostOf({ modules: [mailer({ init }), Users], startDeadline: '2s' })
    const started = host.start()
    await clock.advance(2_000)
    await started
    proceed()
    await clock.advance(0)
    await expect(host.clients.get(mail).send()).rejects.toMatchObject(unavailable)
    await expect(host.module(Users).send()).rejects.toMatchObject(unavailable)
    expect(log.lines.filter(({ message }) => message === 'Initialized a module.')).toMatchObject([{ fields: { module: 'users' } }]) // prettier-ignore
    await host.stop()
  })
})

test('the client of a module that the host cannot do without is the very object that was registered', async () => {
  const real = new Mailer()
  const init = (ctx: ModuleCtx): void => ctx.clients.register(mail, real)
  const { host } = hostOf({ modules: [mailer({ init }, false), Users] })
  await host.start()
  expect(host.module(Users).mailer).toBe(real)
  await host.stop()
})
