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

/** Where an implementation may run; what its callers see must not depend on it. */
export const places: Readonly<Record<string, () => Promise<ProbePlace>>> = {
  'in the caller’s host': () => placeIn(createProbeHost()),
  'in the caller’s host, strictly': () => placeIn(createProbeHost({ client: { strict_local: true } })),
  'in another host of the process': async () => {
    const served = createProbeHost()
    await served.start()
    return placeIn(createCallerHost(endpointOf(served)), served)
  },
  'in a child process, over TCP': () => placeInChild('127.0.0.1:0'),
  'in a child process, over a Unix socket': async () => {
    const socket = await createSocketPath()
    return placeInChild(`unix://${socket.path}`, socket)
  },
}

/** The places whose messages are encoded. */
export const distantPlaces = Object.keys(places).slice(1)

async function placeIn(host: Host, ...others: readonly AsyncDisposable[]): Promise<ProbePlace> {
  await host.start()
  return {
    probe: host.clients.get(probeClient),
    async [Symbol.asyncDispose]() {
      for (const each of [host, ...others]) await each[Symbol.asyncDispose]()
    },
  }
}

async function placeInChild(address: string, ...others: readonly AsyncDisposable[]): Promise<ProbePlace> {
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
