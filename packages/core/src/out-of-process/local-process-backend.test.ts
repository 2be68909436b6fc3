import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { RecordedLog } from '../../test/support/recorded-log.js'
import { FakeClock } from '../time/fake-clock.js'
import type { OopModuleConfig } from './backend.js'
import { LocalProcessBackend } from './local-process-backend.js'
import { uuidV7 } from './uuid-v7.js'

const backends: LocalProcessBackend[] = []

afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.shutdownAll()))
})

function backendFor(controller = new AbortController()) {
  const log = new RecordedLog()
  const clock = new FakeClock()
  const backend = new LocalProcessBackend({ signal: controller.signal, logger: log.logger, clock })
  backends.push(backend)
  return { backend, log, clock, controller }
}

function sleeping(module: string): OopModuleConfig {
  return { name: module, backend: 'local_process', binary: 'sleep', args: ['30'], env: {} }
}

function shell(script: string, more: Partial<OopModuleConfig> = {}): OopModuleConfig {
  return { name: 'worker', backend: 'local_process', binary: '/bin/sh', args: ['-c', script], env: {}, ...more }
}

describe('spawning a child process', () => {
  test('is refused for a module of another backend', async () => {
    const { backend } = backendFor()
    const spawned = backend.spawnInstance({ ...sleeping('worker'), backend: 'k8s' })
    await expect(spawned).rejects.toMatchObject({
      code: 'BACKEND_KIND_MISMATCH',
      message: expect.stringContaining('can only spawn LocalProcess'),
    })
  })

  test.each([undefined, ''])('is refused without an executable (%j)', async (binary) => {
    const { backend } = backendFor()
    const config = { name: 'worker', backend: 'local_process', args: [], env: {} }
    await expect(backend.spawnInstance({ ...config, ...(binary !== undefined && { binary }) })).rejects.toMatchObject({
      code: 'EXECUTABLE_PATH_REQUIRED',
      message: expect.stringContaining('executable_path must be set'),
    })
  })

  test('checks the kind before the executable', async () => {
    const { backend } = backendFor()
    const config = { name: 'worker', backend: 'mock', args: [], env: {} }
    await expect(backend.spawnInstance(config)).rejects.toMatchObject({ code: 'BACKEND_KIND_MISMATCH' })
  })

  test.each([
    ['that does not exist', '/no/such/binary', 'ENOENT'],
    ['that is not on the path', 'no-such-binary-anywhere', 'ENOENT'],
    ['that may not be executed', '/', 'EACCES'],
    ['that is no path at all', 'a\0b', 'null bytes'],
  ])('fails for an executable %s, naming it', async (_what, binary, reason) => {
    const { backend } = backendFor()
    await expect(backend.spawnInstance({ ...sleeping('worker'), binary })).rejects.toMatchObject({
      code: 'SPAWN_FAILED',
      details: { module: 'worker', binary, reason: expect.stringContaining(reason) },
      cause: expect.anything(),
    })
    expect(await backend.listInstances('worker')).toEqual([])
  })

  test('gives a handle with a UUID of version 7, the process and the time', async () => {
    const { backend, log, clock } = backendFor()
    const handle = await backend.spawnInstance(sleeping('worker'))
    expect(handle).toEqual({
      module: 'worker',
      instanceId: expect.stringMatching(/^.{8}-.{4}-7.{3}-.{4}-.{12}$/),
      backend: 'local_process',
      pid: expect.any(Number),
      createdAt: clock.now(),
    })
    expect(log.lines).toEqual([
      {
        level: 'info',
        message: 'Spawned OoP module with log forwarding',
        fields: { module: 'worker', instance_id: handle.instanceId, pid: handle.pid },
      },
    ])
  })

  test('passes arguments as they are, without a shell', async () => {
    const { backend, log } = backendFor()
    const args = ['%s|', '$HOME', 'a b', '`x`', '; exit 1']
    await backend.spawnInstance({ ...sleeping('worker'), binary: 'printf', args })
    await log.line('$HOME|a b|`x`|; exit 1|')
  })

  test('keeps the instance id that the environment names', async () => {
    const { backend, log } = backendFor()
    const instanceId = uuidV7(1)
    const config = shell('echo "id=$MODKIT_INSTANCE_ID"; exec sleep 30', { env: { MODKIT_INSTANCE_ID: instanceId } })
    expect((await backend.spawnInstance(config)).instanceId).toBe(instanceId)
    await log.line(`id=${instanceId}`)
    const second = await backend.spawnInstance(config)
    expect(second.instanceId).not.toBe(instanceId)
    await log.line(`id=${second.instanceId}`)
  })

  test('tells the child its id also where the environment names none that is legal', async () => {
    const { backend, log } = backendFor()
    const script = 'echo "id=$MODKIT_INSTANCE_ID"; exec sleep 30'
    const handle = await backend.spawnInstance(shell(script, { env: { MODKIT_INSTANCE_ID: 'nonsense' } }))
    await log.line(`id=${handle.instanceId}`)
  })

  test('hands down the environment without what is meant for the host', async () => {
    const { backend, log } = backendFor()
    const own = { APP__X: 'secret', MODKIT_DIRECTORY_TOKEN: 'secret', WITHHELD: 'secret', HANDED_DOWN: 'yes' }
    Object.assign(process.env, own)
    try {
      const script = 'echo "[$APP__X$MODKIT_DIRECTORY_TOKEN$WITHHELD] $HANDED_DOWN $SET"; exec sleep 30'
      await backend.spawnInstance(shell(script, { withheldEnv: ['WITHHELD'], env: { SET: 'configured' } }))
      await log.line('[] yes configured')
    } finally {
      for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name)
    }
  })

  test('starts in the working directory', async () => {
    const { backend, log } = backendFor()
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'modkit-backend-')))
    try {
      await backend.spawnInstance(shell('pwd; exec sleep 30', { workingDirectory: directory }))
      await log.line(directory)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test.each(['/no/such/directory', '/bin/sh'])('starts in the current directory where %s is none', async (path) => {
    const { backend, log } = backendFor()
    await backend.spawnInstance(shell('pwd; exec sleep 30', { workingDirectory: path }))
    await log.line(process.cwd())
    expect(log.lines[0]).toEqual({
      level: 'warn',
      message: 'Working directory does not exist or is not a directory, using current dir',
      fields: { module: 'worker', working_dir: path },
    })
  })
})

describe('the instances of a backend', () => {
  test('are listed from their spawn until they are stopped', async () => {
    const { backend } = backendFor()
    const handle = await backend.spawnInstance(sleeping('worker'))
    expect(await backend.listInstances('worker')).toEqual([handle])
    await backend.stopInstance(handle)
    expect(await backend.listInstances('worker')).toEqual([])
  })

  test('are listed by module', async () => {
    const { backend } = backendFor()
    const a = await backend.spawnInstance(sleeping('module-a'))
    const b = await backend.spawnInstance(sleeping('module-b'))
    expect(await backend.listInstances('module-a')).toEqual([a])
    expect(await backend.listInstances('module-b')).toEqual([b])
    expect(await backend.listInstances('module-c')).toEqual([])
  })

  test('that are unknown can be stopped without an error', async () => {
    const { backend, log } = backendFor()
    const handle = { module: 'worker', instanceId: 'unknown', backend: 'local_process', pid: undefined, createdAt: 0 }
    await backend.stopInstance(handle)
    expect(log.lines).toEqual([
      {
        level: 'debug',
        message: 'stop_instance called for unknown instance, ignoring',
        fields: { module: 'worker', instance_id: 'unknown' },
      },
    ])
  })

  test('that end by themselves are noticed and no longer listed', async () => {
    const { backend, log } = backendFor()
    const handle = await backend.spawnInstance(shell('echo bye; exit 3'))
    const exit = await log.line('OoP module process exited unexpectedly')
    const identity = { module: 'worker', instance_id: handle.instanceId, pid: handle.pid }
    expect(exit).toMatchObject({ level: 'warn', fields: { ...identity, code: 3, signal: null } })
    expect(await backend.listInstances('worker')).toEqual([])
    await backend.stopInstance(handle)
    expect(log.messages()).toContain('bye')
  })

  test('that a signal ended are reported with it', async () => {
    const { backend, log } = backendFor()
    const handle = await backend.spawnInstance(sleeping('worker'))
    process.kill(handle.pid ?? NaN, 'SIGKILL')
    const exit = await log.line('OoP module process exited unexpectedly')
    expect(exit.fields).toMatchObject({ code: null, signal: 'SIGKILL' })
  })
})

describe('a configuration that is too long for a variable', () => {
  const config = (bytes: number): string => JSON.stringify({ config: { text: 'x'.repeat(bytes - 22) } })
  // Only when it says `told` all that it has started itself is gone.
  const script =
    'printf %s "$MODKIT_MODULE_CONFIG" | head -c 6; echo; cat <&3 2> /dev/null | wc -c; echo told; exec sleep 30'

  /** What a child with this configuration finds: the beginning of the variable, and how many bytes behind the descriptor. */
  async function told(text: string): Promise<readonly string[]> {
    const { backend, log } = backendFor()
    await backend.spawnInstance(shell(script, { env: { MODKIT_MODULE_CONFIG: text } }))
    await log.line('told')
    return log.lines.filter(({ fields }) => fields['stream'] === 'stdout').map(({ message }) => message)
  }

  test('is read from the descriptor that the variable names', async () => {
    expect(await told(config(3_000_000))).toEqual(['fd:3', '3000000', 'told'])
  })

  test('is one of more than 100 KiB', async () => {
    expect(await told(config(100 * 1024))).toEqual(['{"conf', '0', 'told'])
    expect(await told(config(100 * 1024 + 1))).toEqual(['fd:3', '102401', 'told'])
  })

  test('need not be read', async () => {
    const { backend } = backendFor()
    const env = { MODKIT_MODULE_CONFIG: config(3_000_000) }
    const handle = await backend.spawnInstance(shell('exec 3<&-; exit 0', { env }))
    await backend.instanceExit(handle)
    const idle = await backend.spawnInstance(shell('exec sleep 30', { env }))
    await backend.stopInstance(idle)
    expect(await backend.listInstances('worker')).toEqual([])
  })
})

describe('the exit of an instance', () => {
  test('is told with its code and the last twenty lines of its standard error', async () => {
    const { backend, log } = backendFor()
    const script = 'i=0; while [ $i -lt 30 ]; do echo "line $i" >&2; i=$((i+1)); done; echo no; printf last >&2; exit 3'
    const exit = await backend.instanceExit(await backend.spawnInstance(shell(script)))
    const lastLines = [...Array.from({ length: 19 }, (_, i) => `line ${String(i + 11)}`), 'last']
    expect(exit).toEqual({ code: 3, signal: null, lastLines })
    const line = await log.line('OoP module process exited unexpectedly')
    expect(line.fields).toMatchObject({ code: 3, signal: null, stderr: lastLines })
  })

  test('is told with the signal that ended it, also where that came from us', async () => {
    const { backend } = backendFor()
    const handle = await backend.spawnInstance(sleeping('worker'))
    const exit = backend.instanceExit(handle)
    await backend.stopInstance(handle)
    expect(await exit).toEqual({ code: null, signal: 'SIGTERM', lastLines: [] })
    expect(await backend.instanceExit(handle)).toBeUndefined()
  })
})
