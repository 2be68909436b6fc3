import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Host } from '@modkit/core'
import type { Probe } from './fixtures/probe.grpc.js'
import { createSocketPath } from './hub-fixture.js'
import { createCallerHost, createProbeHost, endpointOf } from './probe-host.js'
import { probeClient } from './probe.js'

/** A probe somewhere, and what its callers hold of it. */
export interface ProbePlace extends AsyncDisposable {
  readonly probe: Probe
}

/** Where an implementation may run besides where a host puts its modules; what its callers see must not depend on it. */
export const places: Readonly<Record<string, () => Promise<ProbePlace>>> = {
  'in another host of the process': async () => {
    const served = createProbeHost()
    await served.start()
    return placeIn(createCallerHost(endpointOf(served)), served)
  },
  'in a program of its own, over a Unix socket': async () => {
    const socket = await createSocketPath()
    return placeInProgram(`unix://${socket.path}`, socket)
  },
}

async function placeIn(host: Host, ...others: readonly AsyncDisposable[]): Promise<ProbePlace> {
  await host.start()
  return {
    probe: host.clients.get(probeClient),
    async [Symbol.asyncDispose]() {
      for (const each of [host, ...others]) await each[Symbol.asyncDispose]()
    },
  }
}

async function placeInProgram(address: string, ...others: readonly AsyncDisposable[]): Promise<ProbePlace> {
  const child = await startProbeProgram(address)
  return placeIn(createCallerHost(child.endpoint), child, ...others)
}

const PROGRAM = fileURLToPath(new URL('./fixtures/probe-program.ts', import.meta.url))

export interface ProbeProgram extends AsyncDisposable {
  readonly endpoint: string
}

/** A host with a probe in a process of its own. */
export async function startProbeProgram(address: string): Promise<ProbeProgram> {
  // Without the flags of the test runner, which are not meant for it.
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, ['--conditions=modkit:source', '--import', 'tsx', PROGRAM, address], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  const exited = once(child, 'close')
  const [endpoint] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error('The program of the probe ended before it said where it is.'))),
  ])) as [string]
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await exited
    },
  }
}
