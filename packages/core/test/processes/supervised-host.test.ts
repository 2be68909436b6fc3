import { afterEach, describe, expect, test } from '@jest/globals'
import {
  clientKey,
  defineModule,
  type ChildReport,
  type Host,
  type HostOptions,
  type HostStatus,
  type SystemContext,
} from '@modkit/core'
import { LocalProcessBackend, type ModuleBackend } from '@modkit/core/spi'
import { failure, hostOf, recordingBackend } from '../support/hosts.js'
import { ended } from '../support/processes.js'
import type { RecordedLine } from '../support/recorded-log.js'

const hosts: Host[] = []

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

const shell = (script: string, more: object = {}): object => ({
  runtime: { type: 'oop', ...more, execution: { executable_path: '/bin/sh', args: ['-c', script] } },
})

/** A host with these children, and what its modules see of it. */
async function started(children: Readonly<Record<string, object>>) {
  let status: HostStatus | undefined
  class Watcher {
    preInit(sys: SystemContext): void {
      status = sys.status
    }
  }
  const watcher = defineModule({ name: 'watcher', capabilities: ['system'] }, Watcher)
  const { host, log, clock } = hostOf({ modules: [watcher], config: { modules: children } })
  hosts.push(host)
  await host.start()
  return { host, log, clock, status: status as HostStatus }
}

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

const of = (host: Host, module: string): readonly ChildReport[] =>
  host.children.filter((child) => child.module === module)

describe('the children of a host', () => {
  test('are reported in the order of the configuration, as plain data', async () => {
    const { host } = await started({
      b: shell('exec sleep 30', { instances: 2 }),
      a: shell('exec sleep 30'),
    })
    expect(host.children.map(({ module, index, state }) => `${module} ${String(index)} ${state}`)).toEqual([
      'b 1 ready',
      'b 2 ready',
      'a 1 ready',
    ])
    // Once: how much memory they have changes from one look to the next.
    const { children } = host
    expect(JSON.parse(JSON.stringify(children))).toEqual(children)
    const stopped = host.stop()
    await eventually(() => host.children.every(({ state }) => state === 'draining' || state === 'exited'))
    await stopped
    expect(host.children.map(({ state, reason }) => `${state} ${String(reason)}`)).toEqual(
      Array(3).fill('exited signal SIGTERM'),
    )
  })

  test('are none before the start, and where no module is moved', async () => {
    const { host } = hostOf({ modules: [] })
    expect(host.children).toEqual([])
    await host.start()
    expect(host.children).toEqual([])
    await host.stop()
  })

  test('come back when they are killed, while the others go on', async () => {
    const { host, clock } = await started({ worker: shell('exec sleep 30', { instances: 2 }) })
    const [first, second] = of(host, 'worker')
    process.kill(first?.instance?.pid ?? NaN, 'SIGKILL')
    await eventually(() => of(host, 'worker')[0]?.state === 'waiting')
    expect(of(host, 'worker')[1]?.instance).toEqual(second?.instance)
    await clock.advance(500)
    await eventually(() => of(host, 'worker')[0]?.state === 'ready')
    expect(of(host, 'worker')[0]).toMatchObject({ restarts: 1, history: [{ end: 'signal SIGKILL' }] })
  })

  test('have exited at once when they are killed, although what they have started lives on for a while', async () => {
    const script = 'sleep 30 & echo up; exec sleep 30'
    const { host, clock, log } = await started({ worker: shell(script) })
    const [first] = of(host, 'worker')
    await eventually(() => log.messages().includes('up'))
    process.kill(first?.instance?.pid ?? NaN, 'SIGKILL')
    // On a clock that stands still nothing has been waited for.
    await eventually(() => of(host, 'worker')[0]?.state === 'exited')
    expect(of(host, 'worker')[0]).not.toHaveProperty('instance')
    while (of(host, 'worker')[0]?.state !== 'ready') await clock.advance(100)
    const end = { isOver: false }
    void host.stop().then(() => (end.isOver = true))
    // Where nobody collects what has died without a parent, the clock has to be waited for once more.
    while (!end.isOver) await clock.advance(100)
  })

  test('degrade the host when they are given up, for the reason that the report has', async () => {
    const { host, status } = await started({
      hopeless: shell('exit 4', { restart: { max_restarts: 0 } }),
      failed: shell('exit 5', { restart: 'never' }),
      finished: shell('exit 0'),
    })
    await eventually(() => of(host, 'finished')[0]?.state === 'exited' && status.degradations.length === 2)
    expect(of(host, 'hopeless')[0]).toMatchObject({ state: 'quarantined' })
    expect(status.degradations.toSorted((a, b) => a.module.localeCompare(b.module))).toEqual([
      { module: 'failed', reason: 'exit code 5' },
      { module: 'hopeless', reason: of(host, 'hopeless')[0]?.reason },
    ])
    expect(host.report.degradations).toHaveLength(2)
    expect(host.state).toBe('running')
  })

  test('are not started again once the host stops', async () => {
    const { host, log, clock } = await started({ worker: shell('exit 4') })
    await eventually(() => of(host, 'worker')[0]?.state === 'waiting')
    await host.stop()
    await clock.advance(60_000)
    expect(log.messages('info').filter((message) => message.startsWith('Spawned OoP module with'))).toHaveLength(1)
    expect(of(host, 'worker')[0]).toMatchObject({ state: 'exited', restarts: 0 })
  })

  test('get neither the settings of the host nor what only other modules may know', async () => {
    const own = { APP__MODULES__OTHER__CONFIG__KEY: 'secret', OTHER_SECRET: 'secret', MODKIT_DIRECTORY_TOKEN: 'secret' }
    Object.assign(process.env, own)
    try {
      const script =
        'echo "[$APP__MODULES__OTHER__CONFIG__KEY$OTHER_SECRET] $MODKIT_MODULE"; env; echo told; exec sleep 30'
      const other = { ...shell('exec sleep 30'), config: { password: '${OTHER_SECRET}' } }
      const { log, host } = await started({ other, worker: shell(script) })
      await log.line('told')
      await log.line('[] worker')
      await log.line(({ message }) => message.startsWith('MODKIT_DIRECTORY_TOKEN=') && !message.includes('secret'))
      await log.line(`MODKIT_INSTANCE_ID=${String(of(host, 'worker')[0]?.instance?.instanceId)}`)
      expect(log.messages().filter((message) => message.includes('secret'))).toEqual([])
    } finally {
      for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name)
    }
  })

  test('get what their database asks for, even where it is named like a setting of the host', async () => {
    const own = { MODKIT_DB_PASSWORD: 'hidden', MODKIT_DB_OTHER: 'of others', MODKIT_DIRECTORY_TOKEN: 'of the host' }
    Object.assign(process.env, own)
    try {
      const database = { engine: 'sqlite', path: '${MODKIT_DB_PASSWORD}-${MODKIT_DIRECTORY_TOKEN}.db' }
      const other = { ...shell('exec sleep 30'), config: { of: '${MODKIT_DB_OTHER}' } }
      // The last line comes when nothing runs any more that the stop would have to wait for.
      const script = 'env; test "$MODKIT_DB_PASSWORD" = hidden && echo "told [$MODKIT_DB_OTHER]"; exec sleep 30'
      const { log } = await started({ other, worker: { ...shell(script), database } })
      await log.line('told []')
      await log.line(({ message }) => message.startsWith('MODKIT_DIRECTORY_TOKEN=') && !message.endsWith('of the host'))
    } finally {
      for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name)
    }
    // The package of databases is loaded for the first time here, which takes long on a busy machine.
  }, 30_000)

  test('may write bytes that are not UTF-8, and are heard on', async () => {
    const script = "printf 'caf\\303\\n\\377\\376 warn\\n'; exec sleep 30"
    const { log, host } = await started({ worker: shell(script) })
    await log.line('caf\uFFFD')
    expect(await log.line('\uFFFD\uFFFD warn')).toMatchObject({ level: 'warn', fields: { stream: 'stdout' } })
    expect(of(host, 'worker')[0]?.state).toBe('ready')
  })

  test('read a long configuration of theirs to its end', async () => {
    const text = 'x'.repeat(200_000)
    const script = 'echo "$MODKIT_MODULE_CONFIG"; echo read $(tr -cd x <&3 | wc -c); exec sleep 30'
    const { log } = await started({ worker: { ...shell(script), config: { text } } })
    await log.line('fd:3')
    await log.line(({ message }) => Number(/^read (\d+)$/.exec(message)?.[1]) >= text.length)
  })

  test('of a module without an executable do not let the host start, and none is left', async () => {
    const config = {
      modules: {
        sound: shell('exec sleep 30'),
        broken: { runtime: { type: 'oop', execution: { executable_path: '/no/such/program' } } },
      },
    }
    const { host } = hostOf({ modules: [], config })
    await expect(host.start()).rejects.toMatchObject({
      code: 'PHASE_FAILED',
      details: { phase: 'oop_spawn', module: 'broken' },
      cause: { code: 'SPAWN_FAILED' },
    })
    expect(host.children.map(({ module, state }) => `${module} ${state}`)).toEqual(['sound exited', 'broken exited'])
  })

  test('of an optional module that cannot be spawned are missed, and the host goes on', async () => {
    const optional = defineModule({ name: 'broken', optional: true }, class {})
    const execution = { executable_path: '/no/such/program' }
    const config = { modules: { broken: { runtime: { type: 'oop', instances: 2, execution } } } }
    const { host } = hostOf({ modules: [optional], config })
    hosts.push(host)
    await host.start()
    expect(host.report.degradations).toEqual([
      { module: 'broken', reason: expect.stringContaining('/no/such/program') },
    ])
    expect(host.children.map(({ state }) => state)).toEqual(['exited', 'exited'])
  })
})

describe('a module that is called in its process', () => {
  const worked = clientKey<object>('work', { grpc: { proto: 'worker.proto', service: 'worker.v1.Worker' } })
  const worker = defineModule({ name: 'worker', provides: [worked] }, class {})
  const silentHub = defineModule(
    { name: 'hub', capabilities: ['grpc_hub'] },
    class {
      boundEndpoint(): string {
        return 'http://127.0.0.1:1'
      }
      drain(): Promise<void> {
        return Promise.resolve()
      }
    },
  )
  const modules = [worker, silentHub]
  const once = { restart: 'never' }

  /** What becomes of the start of a host whose child does not register before its deadline. */
  async function lateStart(options: HostOptions, sign: (line: RecordedLine) => boolean = () => true) {
    const { host, log, clock } = hostOf({ modules, startDeadline: '1s', ...options })
    hosts.push(host)
    const failed = failure(host.start())
    await log.line('Spawned OoP module via backend')
    await log.line(sign)
    // What is left of the deadline is for the end of the child, which takes its own time.
    await clock.advance(900)
    return { host, log, error: (await failed).cause }
  }

  test('and never registers does not let the host start, and is ended', async () => {
    const config = { modules: { worker: shell('echo pid=$$; exec sleep 30', once) } }
    const tellsPid = ({ message }: RecordedLine): boolean => message.startsWith('pid=')
    const { host, log, error } = await lateStart({ config }, tellsPid)
    const reason = 'it was not ready after 900 ms'
    expect(error).toMatchObject({ code: 'OOP_NOT_READY', details: { module: 'worker', reason } })
    await ended(Number((await log.line(tellsPid)).message.slice('pid='.length)))
    await eventually(() => of(host, 'worker')[0]?.state === 'exited')
    expect(of(host, 'worker')[0]).toMatchObject({ reason: 'signal SIGTERM' })
  })

  test('needs a hub, in whose directory it is found', async () => {
    const { host } = hostOf({ modules: [worker], config: { modules: { worker: shell('exec sleep 30') } } })
    expect(await failure(host.start())).toMatchObject({
      code: 'OOP_NOT_MOVABLE',
      details: { module: 'worker', reasons: [expect.stringContaining('no module with the capability "grpc_hub"')] },
    })
  })

  test('and cannot be ended by its backend is told of: in the log, and by the report', async () => {
    const backend: ModuleBackend = {
      ...recordingBackend([]),
      stopInstance: () => Promise.reject(new Error('the cluster is away')),
      shutdownAll: () => Promise.reject(new Error('the cluster is still away')),
    }
    const config = { modules: { worker: shell('', once) } }
    const { host, log } = await lateStart({ config, backends: [backend] })
    expect(await log.line('The backend could not end an instance, which may still run')).toMatchObject({
      level: 'error',
      fields: { module: 'worker', instance_id: 'worker', backend: 'recording', error: 'the cluster is away' },
    })
    const [child] = of(host, 'worker')
    expect(child).toMatchObject({ state: 'exited', reason: 'it could not be ended: the cluster is away' })
    const { fields } = await log.line('Shutdown step failed')
    expect(fields).toMatchObject({ step: 'children' })
    expect(String(fields['error'])).toContain('Not every backend could end its children: the cluster is still away')
  })

  test('counts as gone when its backend cannot tell how it ended, which is told', async () => {
    const backend: ModuleBackend = {
      ...recordingBackend([]),
      instanceExit: () => Promise.reject(new Error('the cluster is away')),
    }
    const config = { modules: { program: shell('', once) } }
    const { host, log } = hostOf({ config, modules: [], backends: [backend] })
    hosts.push(host)
    await host.start()
    expect(await log.line('The backend could not tell how an instance ended, which counts as gone')).toMatchObject({
      level: 'error',
      fields: { module: 'program', backend: 'recording', error: 'the cluster is away' },
    })
    await eventually(() => of(host, 'program')[0]?.state === 'exited')
    expect(of(host, 'program')[0]).toMatchObject({ reason: 'it is gone', history: [{ end: 'it is gone' }] })
  })

  test('is told of, where its backend cannot tell that it has exited, and its end is known all the same', async () => {
    const backend: ModuleBackend = {
      ...recordingBackend([]),
      instanceGone: () => Promise.reject(new Error('the cluster is away')),
      instanceExit: () => Promise.resolve({ code: 0, signal: null, lastLines: [] }),
    }
    const config = { modules: { program: shell('', once) } }
    const { host, log } = hostOf({ config, modules: [], backends: [backend] })
    hosts.push(host)
    await host.start()
    expect(await log.line('The backend could not tell that an instance has exited')).toMatchObject({
      level: 'error',
      fields: { module: 'program', backend: 'recording', error: 'the cluster is away' },
    })
    await eventually(() => of(host, 'program')[0]?.state === 'exited')
    expect(of(host, 'program')[0]).toMatchObject({ reason: 'exit code 0' })
  })
})

describe('signals', () => {
  test('go to nobody whose number a child only had', async () => {
    const sent: unknown[] = []
    const { host } = await started({ worker: shell('exit 0') })
    await eventually(() => of(host, 'worker')[0]?.state === 'exited')
    const kill = process.kill.bind(process)
    process.kill = (pid, signal) => {
      sent.push([pid, signal])
      return kill(pid, signal)
    }
    try {
      await host.stop()
    } finally {
      process.kill = kill
    }
    expect(sent).toEqual([])
  })

  test('go to the group of a child, whoever is left in it', async () => {
    const { host, log, clock } = await started({
      worker: shell('sleep 30 & echo pid=$!; exit 1', { restart: 'never' }),
    })
    const { message } = await log.line(({ message: text }) => text.startsWith('pid='))
    await log.line('OoP module process exited unexpectedly')
    await clock.advance(2_000)
    await ended(Number(message.slice('pid='.length)))
    await clock.advance(2_000)
    await host.stop()
  })
})

test('a backend refuses to spawn once its children have been told to end', async () => {
  const turn = new AbortController()
  const backend = new LocalProcessBackend({ signal: turn.signal })
  turn.abort()
  const config = { name: 'worker', backend: 'local_process', binary: '/bin/sh', args: [], env: {} } as const
  await expect(backend.spawnInstance(config)).rejects.toMatchObject({ code: 'SPAWN_REFUSED' })
})
