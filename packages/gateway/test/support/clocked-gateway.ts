import { Module, type Clock, type ModuleClass } from '@modkit/core'
import { ApiGateway, gatewayConfig } from '../../src/index.js'

/** A gateway whose time is that of `clock`. */
export function clockedGateway(clock: Clock): ModuleClass<ApiGateway> {
  @Module({ name: 'api-gateway', capabilities: ['system', 'rest_host', 'stateful'], config: gatewayConfig })
  class ClockedGateway extends ApiGateway {
    constructor() {
      super({ clock })
    }
  }
  return ClockedGateway
}
