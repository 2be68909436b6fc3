import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { credentials, makeClientConstructor, type Client } from '@grpc/grpc-js'
import { expect, test } from '@jest/globals'
import { createHost, type Host, type ModuleClass } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { service as healthService } from 'grpc-health-check'
import { parse } from 'yaml'
import { Variables } from '../../core/test/support/variables.js'
import { certificateFor } from '../../gateway/test/support/certificates.js'
import { dialTarget, GrpcHub } from '../src/index.js'
import { secret, startDirectory } from './directory-fixture.js'
import { CalculatorModule } from './fixtures/docs/adder.js'
import { createProbeHost, endpointOf } from './probe-host.js'
import { probeClient } from './probe.js'

const documented = (name: string): string => fileURLToPath(new URL(`./fixtures/docs/${name}.yaml`, import.meta.url))

const hostWith = (config: string, modules: readonly ModuleClass[] = []): Host =>
  createHost({ modules: [GrpcHub, ...modules], config, logger: silentLogger })

test('the configuration of the page on the directory joins one', async () => {
  await using directory = await startDirectory()
  using _variables = new Variables({
    DIRECTORY_SECRET: secret,
    APP__MODULES__GRPC_HUB__CONFIG__LISTEN_ADDR: '127.0.0.1:0',
    APP__MODULES__GRPC_HUB__CONFIG__DIRECTORY__ENDPOINT: directory.endpoint,
  })
  await using host = hostWith(documented('joining'), [CalculatorModule])
  await host.start()
  const endpoint = endpointOf(host)
  for await (const [instance] of directory.local.watchService('calculator.v1.Calculator')) {
    if (instance === undefined) continue
    expect(instance).toMatchObject({ endpoint })
    break
  }
})

test('the configuration of the page on clients shows a certificate to a server of the name that it gives', async () => {
  const home = await mkdtemp(join(tmpdir(), 'modkit-client-tls-'))
  try {
    const server = await certificateFor('server', undefined, 'hub.internal')
    const orders = await certificateFor('orders')
    await copyFile(server.certFile, join(home, 'ca.pem'))
    await copyFile(orders.certFile, join(home, 'orders.pem'))
    await copyFile(orders.keyFile, join(home, 'orders.key'))
    const tls = { cert_file: server.certFile, key_file: server.keyFile, client_ca_file: orders.certFile }
    await using serving = createProbeHost({ tls })
    await serving.start()

    using _variables = new Variables({
      TLS_HOME: home,
      PROBE_ENDPOINT: endpointOf(serving),
      APP__MODULES__GRPC_HUB__CONFIG__LISTEN_ADDR: '127.0.0.1:0',
    })
    await using host = hostWith(documented('client-tls'))
    await host.start()
    await expect(host.clients.get(probeClient).open({})).resolves.toEqual(expect.anything())
  } finally {
    await rm(home, { recursive: true })
  }
})

interface Container {
  readonly env: readonly [{ readonly name: string; readonly value: string }]
  readonly readinessProbe: { readonly grpc: { readonly port: number; readonly service: string } }
}

interface RawHealth extends Client {
  check(request: { service: string }, answer: (error: Error | null, health?: { status: string }) => void): void
}

const RawHealth = makeClientConstructor(healthService, 'grpc.health.v1.Health')

/** What Kubernetes asks. */
async function askedByKubelet(endpoint: string, service: string): Promise<string | undefined> {
  const health = new RawHealth(dialTarget(endpoint), credentials.createInsecure()) as unknown as RawHealth
  try {
    return await new Promise((resolve, reject) => {
      health.check({ service }, (error, answer) => (error ? reject(error) : resolve(answer?.status)))
    })
  } finally {
    health.close()
  }
}

test('the probe of the page on gRPC is answered where the pod listens', async () => {
  const { spec } = parse(await readFile(documented('pod'), 'utf8')) as { spec: { containers: readonly [Container] } }
  const [{ env, readinessProbe }] = spec.containers
  const [{ name, value }] = env
  expect(value).toBe(`0.0.0.0:${String(readinessProbe.grpc.port)}`)

  using _variables = new Variables({ [name]: value.replace(/\d+$/, '0') })
  await using host = createHost({ modules: [GrpcHub, CalculatorModule], logger: silentLogger })
  await host.start()
  const { port } = new URL(endpointOf(host))
  await expect(askedByKubelet(`http://127.0.0.1:${port}`, readinessProbe.grpc.service)).resolves.toBe('SERVING')
})
