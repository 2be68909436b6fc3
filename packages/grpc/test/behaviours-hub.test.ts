import { createHost, HostError, Module, type GrpcModule, type GrpcServiceRegistration } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { GrpcHub } from '../src/index.js'
import { calculatorService } from './calculator.js'
import { CalculatorClient } from './calculator-client.js'
import { calculatorWith, createSocketPath } from './hub-fixture.js'
import { rejection } from './deferred.js'

// The numbers are those of the behaviours that a host has to show.

@Module({ name: 'first', capabilities: ['grpc'] })
class First implements GrpcModule {
  grpcServices(): readonly GrpcServiceRegistration[] {
    return [calculatorWith()]
  }
}

@Module({ name: 'second', capabilities: ['grpc'] })
class Second extends First {}

function hostOf(modules: readonly (new () => object)[], listen_addr = '127.0.0.1:0') {
  const config = { modules: { 'grpc-hub': { config: { listen_addr } } } }
  return createHost({ modules, config: modules.includes(GrpcHub) ? config : {}, logger: silentLogger })
}

describe('of the hub', () => {
  test('18: services without a hub do not start, and one service of two modules is an error that names all three', async () => {
    expect(await rejection(hostOf([First]).start())).toMatchObject({ code: 'GRPC_REQUIRES_HUB' })
    const twice = HostError.find(await rejection(hostOf([First, Second, GrpcHub]).start()), 'GRPC_SERVICE_DUPLICATE')
    expect(twice?.details).toEqual({ service: calculatorService, modules: ['first', 'second'] })
  })

  test('38: what is published of port 0 and of a socket are real addresses, at which clients are served', async () => {
    await using socket = await createSocketPath()
    for (const listenAddr of ['127.0.0.1:0', '0.0.0.0:0', `uds://${socket.path}`]) {
      await using host = hostOf([First, GrpcHub], listenAddr)
      await host.start()
      const endpoint = host.module(GrpcHub).boundEndpoint() ?? ''
      expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$|^unix:\/\/\//)
      using client = new CalculatorClient(endpoint)
      await expect(client.add(['40', '2'])).resolves.toEqual({ value: '42' })
    }
  })
})
