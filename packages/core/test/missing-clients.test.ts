import { describe, expect, test } from '@jest/globals'
import { clientKey, HostError, type ModuleClass, type ModuleCtx, type ModuleOptions } from '@modkit/core'
import { hostOf, recordingBackend } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

const mail = clientKey<object>('mail')
const remoteMail = clientKey<object>('mail', { grpc: { proto: 'mail.proto', service: 'mail.v1.Mail' } })
const register = ({ clients }: ModuleCtx): void => clients.register(mail, {})

function mailer(options: Omit<ModuleOptions, 'name' | 'lifecycle'> = {}, init = register): ModuleClass {
  return new Recorder().module('mailer', { provides: [mail], ...options }, { init })
}

interface Asked {
  readonly modules: readonly ModuleClass[]
  readonly config?: object
}

/** A host in which a module asks for a client in its `init`, and what it is told. */
function asking(name: string, { modules, config = {} }: Asked) {
  let tell: (error: unknown) => void
  const error = new Promise<unknown>((resolve) => (tell = resolve))
  const init = ({ clients }: ModuleCtx): void => {
    try {
      tell(clients.get(clientKey(name)))
    } catch (failure) {
      tell(failure)
    }
  }
  const asker = new Recorder().module('asker', {}, { init })
  const { host } = hostOf({ modules: [...modules, asker], config, backends: [recordingBackend([])] })
  return { host, error }
}

/** What a module is told that asks for a client in its `init`. */
async function toldOf(
  name: string,
  asked: Asked,
): Promise<{ readonly details: unknown; readonly hint: string | undefined }> {
  const { host, error } = asking(name, asked)
  const starting = host.start().catch(() => undefined)
  const told = await error
  await host.stop()
  await starting
  const { details, hint } = HostError.find(told, 'CLIENT_NOT_FOUND') ?? {}
  return { details, hint }
}

describe('who asks for a client that is not there is told', () => {
  test('that its module is disabled', async () => {
    const config = { modules: { mailer: { enabled: false } } }
    const { details, hint } = await toldOf('mail', { modules: [mailer()], config })
    expect(details).toMatchObject({ client: 'mail', provider: 'mailer', placement: 'disabled' })
    expect(hint).toBe(
      'Remove "enabled: false" from modules.mailer, which provides it; or do without it: tryGet() then gives undefined.',
    )
  })

  test('that its module runs in another process', async () => {
    const runtime = { type: 'oop', backend: 'recording', execution: { executable_path: '/bin/mailer' } }
    // A hub that finds nothing.
    const boundEndpoint = (): string => 'http://127.0.0.1:1'
    const hub = new Recorder().module('hub', { capabilities: ['system', 'grpc_hub'] }, { boundEndpoint })
    const modules = [hub, mailer({ provides: [remoteMail] })]
    const { details, hint } = await toldOf('mail', { modules, config: { modules: { mailer: { runtime } } } })
    expect(details).toMatchObject({ provider: 'mailer', placement: 'elsewhere' })
    expect(hint).toMatch(/^Give its key a proto service, and this host a gRPC hub, .* process of "mailer"/)
  })

  test('which modules have failed, where nobody says that it provides it', async () => {
    const fails = (): never => {
      throw new Error('no smtp')
    }
    const { details, hint } = await toldOf('mail', { modules: [mailer({ provides: [], optional: true }, fails)] })
    expect(details).toMatchObject({ failed: ['mailer'] })
    expect(hint).toMatch(
      /^No module of this host says that it provides it: .* "mailer" failed, and may be what registers/,
    )
  })

  test('names that are near, also of clients that have not been registered yet', async () => {
    const later = new Recorder().module(
      'later',
      { provides: [clientKey('mailing')], deps: ['asker'] },
      {
        init: ({ clients }: ModuleCtx) => clients.register(clientKey('mailing'), {}),
      },
    )
    const { details, hint } = await toldOf('mailin', { modules: [later] })
    expect(details).toMatchObject({ suggestions: ['mailing'] })
    expect(hint).toMatch(
      /^Did you mean "mailing"\? No module of this host says that it provides it: add the one that does/,
    )
  })
})
