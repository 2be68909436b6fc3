import { createHostWith, oopVariables } from '@modkit/core/spi'
import type { TestHostOptions } from '../host/create-test-host.js'

/**
 * The entry of `describePlacements`: in the process that it starts, runs the one module that is placed there, with the mocks of
 * providers, until the host of the test ends it; in any other process does nothing. The configuration comes from that host.
 *
 * ```ts
 * export const program = { modules: [GrpcHub, NotesModule], mocks: [mock(NoteStore, new MemoryStore())] }
 * await runAsChild(program)
 * ```
 */
export async function runAsChild({ mocks = [], modules, database, clock }: TestHostOptions): Promise<void> {
  if (process.env[oopVariables.module] === undefined) return
  const options = { modules, ...(database && { database }), ...(clock && { clock }) }
  await createHostWith(options, { replacements: mocks }).run()
}
