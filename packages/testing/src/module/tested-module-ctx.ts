import { HostError, ModuleCtx, type Database } from '@modkit/core'

/** The context of a module under test: it says how a test gives a module its database. */
export class TestedModuleCtx extends ModuleCtx {
  /** @throws HostError `DATABASE_NOT_MOCKED`, caused by the `DB_NOT_CONFIGURED` that a real context would throw */
  override dbRequired(): Database {
    try {
      return super.dbRequired()
    } catch (cause) {
      throw new HostError('DATABASE_NOT_MOCKED', { module: this.moduleName }, { cause })
    }
  }
}
