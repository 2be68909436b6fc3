import { Agent, request } from 'node:http'
import { expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../../core/test/support/host-program.js'
import { ConnectProxy } from './support/connect-proxy.js'

const isSoak = process.env['MODKIT_SOAK'] === '1'
/** 20 of them are the proof; a handful shows here that it still holds. */
const RESTARTS = isSoak ? 20 : 4
const CLIENTS = 16

const program = hostProgram(new URL('./fixtures/rolling.ts', import.meta.url))

async function started(): Promise<{ readonly host: HostProcess; readonly port: number }> {
  const host = await program.run([])
  await host.says('listens on http')
  const [, port = ''] = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(host.stdout) ?? []
  return { host, port: Number(port) }
}

/** One request, sent once. Rejects with whatever keeps its answer from coming. */
function ask(agent: Agent, port: number, n: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asking = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/patient/v1/echo', headers })
    asking.on('error', reject)
    asking.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => resolve(`${String(response.statusCode)} ${text}`))
    })
    asking.end(JSON.stringify({ n }))
  })
}

/** Asks again and again until it is told to stop. */
async function load(agent: Agent, port: number, outcome: { failures: string[]; answered: number; stop: boolean }) {
  for (let n = 0; !outcome.stop; n++) {
    const answer = await ask(agent, port, n).catch((error: unknown) => String(error))
    if (answer === `200 {"n":${String(n)}}`) outcome.answered++
    else outcome.failures.push(answer)
  }
}

test(
  'no request of a constant load fails while one process after the other is told to leave and another takes its place',
  async () => {
    await using proxy = new ConnectProxy()
    const port = await proxy.listen()
    let current = await started()
    proxy.ports = [current.port]
    const outcome = { failures: [] as string[], answered: 0, stop: false }
    // Half of the clients keep their connections, the others make one for every request.
    const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: false })] as const
    const clients = Array.from({ length: CLIENTS }, (_, index) => load(agents[index % 2 === 0 ? 0 : 1], port, outcome))
    for (let restart = 0; restart < RESTARTS; restart++) {
      const old = current
      old.host.kill('SIGTERM')
      current = await started()
      proxy.ports = [current.port, old.port]
      expect(await old.host.end).toMatchObject({ code: 0, signal: null, stderr: '' })
    }
    outcome.stop = true
    await Promise.all(clients)
    agents.forEach((agent) => agent.destroy())
    current.host.kill('SIGTERM')
    await current.host.end
    expect(outcome.failures).toEqual([])
    expect(outcome.answered).toBeGreaterThan(RESTARTS * CLIENTS)
  },
  isSoak ? 300_000 : 120_000,
)
