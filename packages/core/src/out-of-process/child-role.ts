import { moduleConfigText, oopVariables } from './oop-environment.js'

/** What a process is told that runs one module of its program for a host. */
export interface ChildRole {
  /** The one module that it runs. */
  readonly module: string
  /** The id under which backend and directory of the host know it. */
  readonly instanceId: string | undefined
  /**
   * The configuration that the host has rendered for the module, as JSON; `undefined` where it has rendered none.
   *
   * @throws what the platform says about a descriptor that cannot be read
   */
  configText(): string | undefined
}

/** The role of this process; `undefined` where it is no host's child. */
export function childRole(env: Readonly<Record<string, string | undefined>>): ChildRole | undefined {
  const module = env[oopVariables.module]
  if (module === undefined || module === '') return undefined
  return {
    module,
    instanceId: env[oopVariables.instanceId],
    configText: () => moduleConfigText(env),
  }
}
