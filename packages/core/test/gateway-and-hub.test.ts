import { describe, expect, test } from '@jest/globals'
import { defineModule, type GrpcServiceRegistration, type ModuleClass, type SystemContext } from '@modkit/core'
import type { ModuleGrpcServices, OopModuleConfig } from '@modkit/core/spi'
import { failure, hostOf, recordingBackend } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

const fails = (): never => {
  throw new Error('boom')
}

describe('an optional gateway', () => {
  const optionalGateway = (r: Recorder, reactions: object): ModuleClass =>
    r.module('gw', { optional: true, capabilities: ['rest_host'] }, { restApi: () => ({}), ...reactions })

  test('that fails to prepare is asked for nothing more', async () => {
    const r = new Recorder()
    let asked = 0
    const gateway = optionalGateway(r, { restPrepare: fails, restApi: () => (asked++, {}) })
    const { host } = hostOf({ modules: [gateway, r.module('m', { capabilities: ['rest'] })] })
    await host.start()
    expect([asked, r.of('registerRest', 'restFinalize')]).toEqual([0, []])
    await host.stop()
  })

  test('that cannot say where to declare fails itself, not the module that wanted to', async () => {
    const r = new Recorder()
    const gateway = optionalGateway(r, { restApi: fails })
    const { host } = hostOf({ modules: [gateway, r.module('m', { capabilities: ['rest'] })] })
    await host.start()
    expect(host.report.degradations).toEqual([{ module: 'gw', reason: 'boom' }])
    await host.stop()
  })
})

test('what restApi throws is the failure of the gateway', async () => {
  const r = new Recorder()
  const gateway = r.module('gw', { capabilities: ['rest_host'] }, { restApi: fails })
  const { host } = hostOf({ modules: [gateway, r.module('m', { capabilities: ['rest'], optional: true })] })
  expect(await failure(host.start())).toMatchObject({
    code: 'PHASE_FAILED',
    details: { phase: 'rest', module: 'gw', step: 'api' },
  })
})

test('a module that was never constructed cannot declare its operations, and the log warns of it', async () => {
  const r = new Recorder()
  const broken = defineModule(
    { name: 'broken', optional: true, capabilities: ['rest'] },
    class {
      readonly never = fails()
      registerRest(): void {}
    },
  )
  const gateway = r.module('gw', { capabilities: ['rest_host'] }, { restApi: () => ({}) })
  const { host, log } = hostOf({ modules: [gateway, broken] })
  await host.start()
  expect(log.lines).toContainEqual({
    level: 'warn',
    message: 'A failed module could not declare its operations',
    fields: { module: 'broken', error: 'It could not be constructed.' },
  })
  await host.stop()
})

describe('gRPC services', () => {
  const service = (serviceName: string): GrpcServiceRegistration => ({
    serviceName,
    definition: {},
    implementation: {},
  })

  function collected(): { hub: ModuleClass; taken: () => readonly ModuleGrpcServices[] } {
    let system: SystemContext | undefined
    let taken: readonly ModuleGrpcServices[] = []
    const hub = new Recorder().module('hub', { capabilities: ['system', 'grpc_hub', 'stateful'] }, {
      preInit: (given: SystemContext) => void (system = given),
      start: () => void (taken = system?.grpcInstallers.take() ?? []),
    }) // prettier-ignore
    return { hub, taken: () => taken }
  }

  test('of a module whose list is refused are free for others', async () => {
    const { hub, taken } = collected()
    const r = new Recorder()
    const grpc = (name: string, names: readonly string[]): ModuleClass =>
      r.module(name, { optional: true, capabilities: ['grpc'] }, { grpcServices: () => names.map(service) })
    const { host } = hostOf({ modules: [hub, grpc('a', ['x']), grpc('b', ['y', 'x']), grpc('c', ['y'])] })
    await host.start()
    expect(taken().map(({ module }) => module)).toEqual(['a', 'c'])
    await host.stop()
  })

  test('say from when on their module does not serve', async () => {
    const { hub, taken } = collected()
    const reactions = { grpcServices: () => [service('x')], start: fails }
    const module = new Recorder().module('m', { optional: true, capabilities: ['grpc', 'stateful'] }, reactions)
    const { host } = hostOf({ modules: [hub, module] })
    await host.start()
    expect(taken()).toMatchObject([{ module: 'm', available: false }])
    await host.stop()
  })
})

describe('the wait for the hub’s endpoint', () => {
  const config = { modules: { calc: { runtime: { type: 'oop', execution: { executable_path: '/opt/calc' } } } } }
  const hub = (boundEndpoint: () => string | undefined): ModuleClass =>
    new Recorder().module('hub', { capabilities: ['grpc_hub'] }, { boundEndpoint })

  test('costs the first child nothing of its start deadline', async () => {
    const spawned: OopModuleConfig[] = []
    const options = { modules: [hub(() => undefined)], config, backends: [recordingBackend(spawned)] }
    const { host, clock, log } = hostOf({ ...options, startDeadline: '1s' })
    const started = host.start()
    await clock.advance(1_000)
    await started
    expect(spawned).toMatchObject([{ name: 'calc' }])
    expect(spawned[0]?.env).not.toHaveProperty('MODKIT_DIRECTORY_ENDPOINT')
    expect(log.messages('warn')).toEqual(['Timed out waiting for gRPC hub to bind'])
    await host.stop()
  })

  test('that fails is the hub’s failure', async () => {
    const { host } = hostOf({ modules: [hub(fails)], config, backends: [recordingBackend([])] })
    const error = await failure(host.start())
    expect(error.details).toEqual({ phase: 'oop_spawn', module: 'hub', step: 'endpoint' })
  })
})

test('a module whose start was given up is not said to have started', async () => {
  let finish = (): void => undefined
  const late = new Promise<void>((resolve) => (finish = resolve))
  const module = new Recorder().module('m', { optional: true, capabilities: ['stateful'] }, { start: () => late })
  const { host, clock, log } = hostOf({ modules: [module], startDeadline: '1s' })
  const started = host.start()
  await clock.advance(1_000)
  await started
  finish()
  await clock.advance(0)
  expect(log.messages()).not.toContain('Started module')
  await host.stop()
  expect(log.messages()).toContain('Stopped module')
})
