import { defineModule, type ClientRegistration, type ModuleClass, type ModuleCtx } from '@modkit/core'

/**
 * A module that stands in for one that the tested one depends on: it has its name and provides these clients, and nothing else.
 *
 * ```ts
 * fakeModule('audit', clientRegistration(auditClient, { record }))
 * ```
 */
export function fakeModule(name: string, ...clients: readonly ClientRegistration[]): ModuleClass {
  class Fake {
    init({ clients: hub }: ModuleCtx): void {
      for (const { key, implementation } of clients) hub.register(key, implementation)
    }
  }
  return defineModule({ name, provides: clients.map(({ key }) => key) }, Fake)
}
