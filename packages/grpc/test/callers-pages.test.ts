import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { clientRegistration } from '@modkit/core'
import { createTestHost, type TestHost } from '@modkit/testing'
import { runCommand } from '../src/generate/command.js'
import { directoryClient, GrpcHub } from '../src/index.js'
import { CalculatorModule } from './fixtures/docs/adder.js'
import { addByDirectory, Counting, hastyProbeClient, probeClient } from './fixtures/docs/callers.js'
import { createProbe } from './probe.js'

const startHost = (): Promise<TestHost> =>
  createTestHost({
    modules: [GrpcHub, CalculatorModule, Counting],
    clients: [clientRegistration(probeClient, createProbe())],
  }).start()

test('the page about clients shows calls that are answered', async () => {
  await using host = await startHost()
  const counting = host.module(Counting)
  const { signal } = new AbortController()
  async function* numbers() {
    yield* [{ value: 40n }, { value: 2n }]
  }
  await expect(counting.total(numbers(), signal)).resolves.toEqual({ value: 42n })
  await expect(counting.open({}, { signal })).resolves.toEqual({ value: 0n })
  expect(host.client(hastyProbeClient)).toBe(host.client(probeClient))
})

test('the page about the directory shows who follows a service, and who calls it', async () => {
  await using host = await startHost()
  const following = host.module(Counting).follow()
  const endpoint = host.module(GrpcHub).boundEndpoint()
  expect((await host.logs.line('One of those who calculate')).fields).toMatchObject({ endpoint })
  expect((await host.logs.line('All of them')).fields).toMatchObject({ endpoints: [{ endpoint }] })
  await expect(addByDirectory(host.client(directoryClient), ['40', '2'])).resolves.toMatchObject({ value: '42' })
  await host.stop()
  await expect(following).resolves.toBeUndefined()
})

test('the page about clients shows the command that writes the types', async () => {
  const fixtures = new URL('./fixtures/', import.meta.url)
  const shown = await readFile(new URL('docs/generate.sh', fixtures), 'utf8')
  const [, words = '', written = ''] = /^npx modkit-grpc (.+?) +# writes (\S+)\n$/.exec(shown) ?? []
  const folder = await mkdtemp(join(tmpdir(), 'modkit-gen-'))
  try {
    const proto = join(folder, 'probe.proto')
    await copyFile(new URL('probe.proto', fixtures), proto)
    const { exitCode } = runCommand(words.split(' ').map((word) => (word === 'probe.proto' ? proto : word)))
    expect(exitCode).toBe(0)
    expect(await readFile(join(folder, written), 'utf8')).toBe(
      await readFile(new URL('probe.grpc.ts', fixtures), 'utf8'),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
