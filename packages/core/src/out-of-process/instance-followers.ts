import type { InstanceIdentity, InstanceState } from './module-instance.js'

/** How far an instance has come: heard from; known; fit to be called; on its way out, or gone. */
export type InstanceStep = 'connected' | 'registered' | 'ready' | 'draining'

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
  /** Whom nothing has been heard from yet. */
  readonly #unheard = new Set<string>()

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
    this.#unheard.add(key)
    return () => {
      this.#unheard.delete(key)
      followers.delete(onStep)
      if (followers.size === 0 && this.#followers.get(key) === followers) this.#followers.delete(key)
    }
  }

  /** An instance has shown its token. News only the first time. */
  hear({ module, instanceId }: InstanceIdentity): void {
    // Every call of every instance comes by here.
    if (this.#unheard.size === 0) return
    const key = keyOf(module, instanceId)
    if (this.#unheard.delete(key)) for (const onStep of [...(this.#followers.get(key) ?? [])]) onStep('connected')
  }

  /** @param state `undefined` when the instance is not known any more */
  tell({ module, instanceId }: InstanceIdentity, state: InstanceState | undefined): void {
    const key = keyOf(module, instanceId)
    this.#unheard.delete(key)
    const followers = this.#followers.get(key) ?? []
    for (const onStep of [...followers]) onStep(state === undefined ? 'draining' : steps[state])
  }
}

function keyOf(module: string, instanceId: string): string {
  return `${instanceId} ${module}`
}
