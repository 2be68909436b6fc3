import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, watch } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from '@jest/globals'
import { Module, type HostError, type ModuleClass } from '@modkit/core'
import type { Leak } from '../leaks/leak.js'
import { createTestHost } from './create-test-host.js'

/** What a module opens, and how it is closed after all. */
type Opens = () => (() => unknown) | Promise<() => unknown>

let cleanUp: (() => unknown) | undefined

/** A module that opens something when it starts and forgets it, but for the test. */
function forgetful(open: Opens): ModuleClass {
  @Module({ name: 'forgetful', capabilities: ['stateful'] })
  class Forgetful {
    async start(): Promise<void> {
      cleanUp = await open()
    }
    stop(): void {}
  }
  return Forgetful
}

async function leaksOf(open: Opens): Promise<readonly Leak[]> {
  const host = await createTestHost({ modules: [forgetful(open)], leaks: 'ignore' }).start()
  try {
    return await host.leaks()
  } finally {
    await cleanUp?.()
  }
}

/** A line of a stack, as V8 writes it. */
function placeOf(frame: NodeJS.CallSite): string {
  return `    at ${frame.getFileName() ?? ''}:${String(frame.getLineNumber())}:${String(frame.getColumnNumber())}`
}

/** The line of code that a leak's place names. */
function sourceAt(where: string): string | undefined {
  const [, file = '', line = ''] = /([^\s(]+):(\d+):\d+\)?$/.exec(where) ?? []
  return readFileSync(file, 'utf8').split('\n')[Number(line) - 1]?.trim()
}

async function listeningServer(): Promise<Server> {
  const server = createServer((_request, response) => response.end('still here'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
function close(server: Server): void {
  server.closeAllConnections()
  server.close()
}
const ignore = (): void => undefined
const blockFor = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function exitOf(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

function startPolling(everyMs: number): NodeJS.Timeout {
  return setInterval(() => undefined, everyMs)
}

describe('what outlives its host', () => {
  test('fails the test, which says what it is and where it was made', async () => {
    let timer: NodeJS.Timeout | undefined
    const host = createTestHost({ modules: [forgetful(() => ((timer = startPolling(1_234)), () => undefined))] })
    await host.start()
    const error: unknown = await host.dispose().catch((reason: unknown) => reason)
    clearInterval(timer)
    expect(error).toMatchObject({ code: 'HOST_LEFT_OPEN', details: { leaks: [{ what: 'a timer (every 1234 ms)' }] } })
    expect((error as HostError).message).toMatch(/made at .*leaks\.test\.ts:\d+:\d+\)?\.$/)
    expect((error as HostError).hint).toContain('Close it in the stop()')
  })

  test('may close while its place is read, however long the source maps keep the event loop busy', async () => {
    const { prepareStackTrace } = Error
    @Module({ name: 'closing', capabilities: ['stateful'] })
    class Closing {
      #server: Server | undefined
      async start(): Promise<void> {
        this.#server = await listeningServer()
      }
      stop(): void {
        this.#server?.close()
        Error.prepareStackTrace = (error, frames) => {
          Error.prepareStackTrace = prepareStackTrace
          blockFor(1_100)
          return [String(error), ...frames.map(placeOf)].join('\n')
        }
      }
    }
    try {
      await using host = await createTestHost({ modules: [Closing] }).start()
      await expect(host.leaks()).resolves.toEqual([])
    } finally {
      Error.prepareStackTrace = prepareStackTrace
    }
  })

  test('is a timer, server, child, worker, connection, watcher or listener, each with its place', async () => {
    const elsewhere = await listeningServer()
    const facts = { port: 0, pid: 0 }
    const leaks = await leaksOf(async () => {
      const timer = startPolling(60_000).unref()
      const server = await listeningServer()
      facts.port = portOf(server)
      const accepted = connect(facts.port, '127.0.0.1').unref()
      await once(server, 'connection')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'pipe' })
      child.unref()
      facts.pid = child.pid ?? 0
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
      const watcher = watch(tmpdir())
      const socket = connect(portOf(elsewhere), '127.0.0.1')
      await once(socket, 'connect')
      process.on('warning', ignore)
      return async () => {
        process.off('warning', ignore)
        clearInterval(timer)
        watcher.close()
        for (const open of [socket, accepted]) open.destroy()
        close(server)
        await Promise.all([worker.terminate(), exitOf(child)])
      }
    })
    close(elsewhere)
    expect(new Map(leaks.map(({ what, where }) => [what, sourceAt(where)]))).toEqual(
      new Map<string, unknown>([
        ['a timer (every 60000 ms)', 'return setInterval(() => undefined, everyMs)'],
        // The socket is made some ticks after listen(), with nothing but Node's own functions on the stack.
        [`a server on 127.0.0.1:${String(facts.port)}`, "server.listen(0, '127.0.0.1')"],
        [`a child process (pid ${String(facts.pid)})`, expect.stringContaining('spawn(process.execPath')],
        ['a worker thread', expect.stringContaining('new Worker(')],
        ['a watcher of files', 'const watcher = watch(tmpdir())'],
        ['a connection', "const socket = connect(portOf(elsewhere), '127.0.0.1')"],
        ['a listener of the process (warning)', "process.on('warning', ignore)"],
      ]),
    )
  })

  test('is named beside what could not stop', async () => {
    let timer: NodeJS.Timeout | undefined
    @Module({ name: 'stuck', capabilities: ['stateful'] })
    class Stuck {
      start(): void {
        timer = startPolling(1_000)
      }
      stop(): void {
        throw new Error('still busy')
      }
    }
    const host = await createTestHost({ modules: [Stuck] }).start()
    const error: unknown = await host.dispose().catch((reason: unknown) => reason)
    clearInterval(timer)
    expect(error).toMatchObject({ code: 'HOST_STOPPED_BADLY', cause: { code: 'HOST_LEFT_OPEN' } })
  })

  test('is found although the start failed', async () => {
    let timer: NodeJS.Timeout | undefined
    @Module({ name: 'half', capabilities: ['stateful'] })
    class Half {
      start(): void {
        timer = startPolling(1_000)
        throw new Error('no luck')
      }
      stop(): void {}
    }
    const host = createTestHost({ modules: [Half] })
    await expect(host.start()).rejects.toThrow('half')
    await expect(host.dispose()).rejects.toMatchObject({ code: 'HOST_LEFT_OPEN' })
    clearInterval(timer)
  })
})

describe('what does not outlive its host', () => {
  test('is what its modules close, at once or in a moment', async () => {
    const leaks = await leaksOf(async () => {
      const server = await listeningServer()
      const timer = startPolling(1_000)
      const soon = setTimeout(() => server.close(), 20)
      clearInterval(timer)
      return () => clearTimeout(soon)
    })
    expect(leaks).toEqual([])
  })

  test('is what the test itself opens, or another host', async () => {
    const own = startPolling(1_000)
    const other = await createTestHost({
      modules: [
        forgetful(() =>
          (
            (timer) => () =>
              clearInterval(timer)
          )(startPolling(1_000)),
        ),
      ],
      leaks: 'ignore',
    }).start()
    const closeOther = cleanUp
    await expect(leaksOf(() => () => undefined)).resolves.toEqual([])
    await expect(other.leaks()).resolves.toHaveLength(1)
    await closeOther?.()
    clearInterval(own)
  })
})
