import type { Constant } from '../../container/host-container.js'

/** What test tools put in the place of parts of a host. Nothing that an application needs. */
export interface HostSeams {
  /** Values that stand in for providers of the same tokens, in every module that lists one. */
  readonly replacements?: readonly Constant[]
  /** The script of this process is a test, which no child of it may run: what one runs `entry` has to say. Default false. */
  readonly isTest?: boolean
}
