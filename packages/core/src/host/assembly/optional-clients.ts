import { ClientHub } from '../../client-hub/client-hub.js'
import type { ModuleDefinition } from '../../module/module-definition.js'
import { switchableClient, type SwitchableClient } from './switchable-client.js'
import { unavailableClient } from './unavailable-client.js'

/** The clients that optional modules provide, as long as they work and when they have failed. */
export class OptionalClients {
  readonly #hub: ClientHub
  readonly #offered = new Map<string, SwitchableClient[]>()

  constructor(hub: ClientHub) {
    this.#hub = hub
  }

  /** Puts what an optional module has registered behind a switch, before anybody who depends on it asks for it. */
  offer({ provides }: ModuleDefinition): void {
    for (const key of provides) {
      const offered = switchableClient(ClientHub.registeredIn(this.#hub, key.name))
      this.#hub.register(key, offered.client)
      this.#offered.set(key.name, [...(this.#offered.get(key.name) ?? []), offered])
    }
  }

  /** Makes the clients of a module that failed unavailable: those in the hub, and those that others hold already. */
  withdraw({ name, provides }: ModuleDefinition): void {
    for (const key of provides) {
      const standIn = unavailableClient(key.name, name)
      for (const offered of this.#offered.get(key.name) ?? []) offered.replace(standIn)
      this.#hub.register(key, standIn)
    }
  }
}
