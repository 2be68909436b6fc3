import type { InstanceIdentity, InstanceState } from '../module-instance.js'
import type { ModuleManager } from '../module-manager.js'
import type { ChildReadiness, ChildStep, FollowedChild } from './child-readiness.js'

/** What the state of an instance in the directory says about a child. */
const STEPS: Readonly<Record<InstanceState, ChildStep>> = {
  registered: 'registered',
  ready: 'ready',
  healthy: 'ready',
  // It has been silent for too long; its process still runs.
  quarantined: 'registered',
  draining: 'draining',
}

/** Hears from children what the host's directory hears: that they can be called, and that they cannot any more. */
export class DirectoryReadiness implements ChildReadiness {
  readonly #manager: ModuleManager

  constructor(manager: ModuleManager) {
    this.#manager = manager
  }

  follow({ module, instanceId }: InstanceIdentity, listener: (step: ChildStep) => void): FollowedChild {
    let last: ChildStep | undefined
    const look = (): void => {
      const instance = this.#manager.instancesOf(module).find((candidate) => candidate.instanceId === instanceId)
      const step = instance && STEPS[instance.state]
      if (step === undefined || step === last) return
      last = step
      listener(step)
    }
    const unsubscribe = this.#manager.onOffersChanged(look)
    const token = this.#manager.tokens.issue({ module, instanceId })
    const forget = (): void => {
      unsubscribe()
      this.#manager.tokens.revoke(instanceId)
      this.#manager.deregister(module, instanceId)
    }
    return { token, forget }
  }
}
