import type { ModuleHealth } from '../../capabilities/core-module.js'
import type { InstanceIdentity } from '../module-instance.js'

/** How far an instance has come, as whoever hears from it can tell. */
export type ChildStep = 'connected' | 'registered' | 'ready' | 'draining'

/** An instance that is heard of. */
export interface FollowedChild {
  /** What the instance has to show to prove that it is this one. */
  readonly token: string
  /** How its module says that it is; `undefined` where it does not say. */
  health(): ModuleHealth | undefined
  /** The instance is gone, or never came: nobody is sent there any more, and its token is worthless. */
  forget(): void
}

/** Hears from children: the directory, which they register with. */
export interface ChildReadiness {
  /**
   * Expects an instance that is about to be spawned, and tells `listener` how far it comes until it is forgotten. A step back is
   * told as well: `registered` after `ready` says that the instance is not to be called for the time being.
   */
  follow(child: InstanceIdentity, listener: (step: ChildStep) => void): FollowedChild
}
