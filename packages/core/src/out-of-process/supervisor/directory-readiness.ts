import { randomBytes } from 'node:crypto'
import type { InstanceIdentity } from '../module-instance.js'
import type { ModuleManager } from '../module-manager.js'
import type { ChildReadiness, ChildStep, FollowedChild } from './child-readiness.js'

/** Hears from children what the host's directory hears: that they can be called, and that they cannot any more. */
export class DirectoryReadiness implements ChildReadiness {
  readonly #manager: ModuleManager

  constructor(manager: ModuleManager) {
    this.#manager = manager
  }

  follow(child: InstanceIdentity, listener: (step: ChildStep) => void): FollowedChild {
    const token = randomBytes(32).toString('base64url')
    const forget = this.#manager.follow({ ...child, token }, listener)
    return { token, health: () => this.#manager.healthOf(child), forget }
  }
}
