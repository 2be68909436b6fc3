import { afterEach, describe, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { LocalProcessBackend, sendTerminateSignal, type OopModuleConfig } from '@modkit/core/spi'

// The tests of the original local process backend, through the public doors. Each title is the name of the original test.

const backends: LocalProcessBackend[] = []

afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.shutdownAll()))
})

function testBackend(): LocalProcessBackend {
  const backend = new LocalProcessBackend({ signal: new AbortController().signal })
  backends.push(backend)
  return backend
}

const sleeping = (name: string): OopModuleConfig => ({
  name,
  backend: 'local_process',
  binary: '/bin/sleep',
  args: ['10'],
  env: {},
})

describe('local process backend', () => {
  test('spawn instance requires binary', async () => {
    const spawned = testBackend().spawnInstance({ name: 'test_module', backend: 'local_process', args: [], env: {} })
    await expect(spawned).rejects.toThrow('executable_path must be set')
  })

  test('spawn instance requires correct backend', async () => {
    const spawned = testBackend().spawnInstance({
      name: 'test_module',
      backend: 'k8s',
      binary: '/bin/echo',
      args: [],
      env: {},
    })
    await expect(spawned).rejects.toThrow('can only spawn LocalProcess')
  })

  test('spawn list stop lifecycle', async () => {
    const backend = testBackend()
    const handle = await backend.spawnInstance(sleeping('test_module'))
    expect(handle).toMatchObject({ module: 'test_module', backend: 'local_process' })
    expect(handle.instanceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    await expect(backend.listInstances('test_module')).resolves.toEqual([handle])
    await backend.stopInstance(handle)
    await expect(backend.listInstances('test_module')).resolves.toEqual([])
  })

  test('list instances filters by module', async () => {
    const backend = testBackend()
    const a = await backend.spawnInstance(sleeping('module_a'))
    const b = await backend.spawnInstance(sleeping('module_b'))
    await expect(backend.listInstances('module_a')).resolves.toEqual([a])
    await expect(backend.listInstances('module_b')).resolves.toEqual([b])
  })

  test('stop nonexistent instance', async () => {
    const handle = {
      module: 'test_module',
      instanceId: randomUUID(),
      backend: 'local_process',
      pid: undefined,
      createdAt: 0,
    } as const
    await expect(testBackend().stopInstance(handle)).resolves.toBeUndefined()
  })

  test('list instances empty', async () => {
    await expect(testBackend().listInstances('nonexistent_module')).resolves.toEqual([])
  })
})

describe('send terminate signal', () => {
  test('to valid process', async () => {
    const child = spawn('sleep', ['30'])
    await once(child, 'spawn')
    expect(sendTerminateSignal(child)).toBe(true)
    await expect(once(child, 'exit')).resolves.toEqual([null, 'SIGTERM'])
  })

  test('to exited process', async () => {
    const child = spawn('/bin/sh', ['-c', 'exit 0'])
    await once(child, 'exit')
    expect(sendTerminateSignal(child)).toBe(false)
  })
})
