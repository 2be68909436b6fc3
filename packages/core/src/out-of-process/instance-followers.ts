import type { InstanceIdentity, InstanceState } from './module-instance.js'

/** How far an instance has come: known; fit to be called; on its way out, or gone. */
export type InstanceStep = 'registered' | 'ready' | 'draining'

/** Must not throw. */
export type StepListener = (step: InstanceStep) => void

const steps: Readonly<Record<InstanceState, InstanceStep>> = {
  registered: 'registered',
  ready: 'ready',
  healthy: 'ready',
  quarantined: 'registered',
  draining: 'draining',
}

/** Who wants to know how far which instance comes. A step is told when it is another one than before. */
export class InstanceFollowers {
  readonly #followers = new Map<string, Set<(step: InstanceStep) => void>>()

  /** Calls `listener` from now on, until the returned function is called. */
  follow({ module, instanceId }: InstanceIdentity, listener: StepListener): () => void {
    const key = keyOf(module, instanceId)
    let last: InstanceStep | undefined
    const onStep = (step: InstanceStep): void => {
      if (step !== last) listener(step)
      last = step
    }
    const followers = this.#followers.get(key) ?? new Set()
    this.#followers.set(key, followers.add(onStep))
    return () => {
      followers.delete(onStep)
      if (followers.size === 0 && this.#followers.get(key) === followers) this.#followers.delete(key)
    }
  }

  /** @param state `undefined` when the instance is not known any more */
  tell({ module, instanceId }: InstanceIdentity, state: InstanceState | undefined): void {
    const followers = this.#followers.get(keyOf(module, instanceId)) ?? []
    for (const onStep of [...followers]) onStep(state === undefined ? 'draining' : steps[state])
  }
}

function keyOf(module: string, instanceId: string): string {
  return `${instanceId} ${module}`
}
