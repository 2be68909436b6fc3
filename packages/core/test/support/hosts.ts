import { createHost, type Host, type HostError, type HostOptions } from '@modkit/core'
import { FakeClock, type InstanceHandle, type ModuleBackend, type OopModuleConfig } from '@modkit/core/spi'
import { RecordedLog } from './recorded-log.js'

/** A host whose time and log the test holds. */
export function hostOf(options: HostOptions): { host: Host; log: RecordedLog; clock: FakeClock } {
  const log = new RecordedLog()
  const clock = new FakeClock()
  return { host: createHost({ config: {}, logger: log.logger, clock, ...options }), log, clock }
}

/** The error that the work rejects with. */
export async function failure(work: Promise<unknown>): Promise<HostError> {
  try {
    await work
  } catch (error) {
    return error as HostError
  }
  throw new Error('It did not fail.')
}

/** A backend that spawns nothing and keeps what it was asked for. */
export function recordingBackend(spawned: OopModuleConfig[]): ModuleBackend {
  return {
    kind: 'recording',
    spawnInstance: (config): Promise<InstanceHandle> => {
      spawned.push(config)
      const { name: module } = config
      return Promise.resolve({ module, instanceId: module, backend: 'recording', pid: undefined, createdAt: 0 })
    },
    stopInstance: () => Promise.resolve(),
    listInstances: () => Promise.resolve([]),
    shutdownAll: () => Promise.resolve(),
  }
}
