import { createServer } from 'node:net'
import type { Clock } from '@modkit/core'
import { type ConfigDump, type HostInspection, settleWithin } from '@modkit/core/spi'
import { dumpAt } from '../application/dump-parts.js'
import type { Finding } from './finding.js'

/** Where a module of the host would listen. */
export interface ListenPlace {
  readonly module: string
  readonly host: string
  readonly port: number
}

/** What servers of a host listen on where nothing is configured. */
const servers = [
  { capability: 'rest_host', setting: 'bind_addr', preset: '127.0.0.1:8087' },
  { capability: 'grpc_hub', setting: 'listen_addr', preset: '127.0.0.1:50051' },
] as const

/** Where a host would listen, by its configuration. */
export function listenPlaces({ modules, config }: HostInspection): readonly ListenPlace[] {
  return servers.flatMap(({ capability, setting, preset }) =>
    modules
      .filter(({ capabilities }) => capabilities.includes(capability))
      .flatMap(({ name }) => placeOf(name, configured(config, name, setting) ?? preset)),
  )
}

function configured(config: ConfigDump | undefined, module: string, setting: string): string | undefined {
  const part = dumpAt(config, ['modules', module, 'config', setting])
  return part && 'value' in part && typeof part.value === 'string' ? part.value : undefined
}

function placeOf(module: string, address: string): readonly ListenPlace[] {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? []
  if (host === undefined || Number(port) === 0) return []
  return [{ module, host, port: Number(port) }]
}

/** How long the system may take to say whether an address is free. */
const BIND_MS = 3_000

/** Whether each place can be listened on. */
export async function examinePorts(places: readonly ListenPlace[], clock: Clock): Promise<readonly Finding[]> {
  if (places.length === 0) return [{ check: 'ports', status: 'ok', message: 'No fixed port is configured.' }]
  return Promise.all(places.map((place) => examinePort(place, clock)))
}

async function examinePort({ module, host, port }: ListenPlace, clock: Clock): Promise<Finding> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`
  const operation = `Listening on ${address}`
  const outcome = await settleWithin(bind(host, port), { operation, clock, afterMs: BIND_MS })
  if (outcome.kind === 'done') {
    return { check: 'ports', status: 'ok', message: `${address} is free for module "${module}".` }
  }
  const { code, message } = outcome.error as NodeJS.ErrnoException
  const reason = code === 'EADDRINUSE' ? 'another program listens there' : message
  return {
    check: 'ports',
    status: 'problem',
    message: `Module "${module}" cannot listen on ${address}: ${reason}.`,
    hint: `End that program (find it with "lsof -i :${String(port)}"), or configure another address for "${module}".`,
  }
}

function bind(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: host === '' ? undefined : host, port, exclusive: true }, () => server.close(() => resolve()))
  })
}
