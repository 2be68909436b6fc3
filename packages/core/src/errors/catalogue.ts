import type { CatalogueEntry } from './catalogue/entry.js'
import { buildingErrors } from './catalogue/building.js'
import { clientErrors } from './catalogue/clients.js'
import { commandLineErrors } from './catalogue/command-line.js'
import { configurationErrors } from './catalogue/configuration.js'
import { databaseErrors } from './catalogue/databases.js'
import { grpcErrors } from './catalogue/grpc.js'
import { moduleErrors } from './catalogue/declaration.js'
import { phaseErrors } from './catalogue/phases.js'
import { processErrors } from './catalogue/processes.js'
import { registryErrors } from './catalogue/registry.js'
import { restErrors } from './catalogue/rest.js'
import { testingErrors } from './catalogue/testing.js'

/**
 * Every error of the runtime. The page `docs/errors.md` lists the same codes, and a test holds the two together.
 *
 * Messages are sentences that name who and what; hints start with a verb.
 */
export const catalogue = {
  ...moduleErrors,
  ...registryErrors,
  ...buildingErrors,
  ...phaseErrors,
  ...clientErrors,
  ...configurationErrors,
  ...databaseErrors,
  ...restErrors,
  ...grpcErrors,
  ...processErrors,
  ...commandLineErrors,
  ...testingErrors,
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>

/** A code of the runtime's catalogue. */
export type ErrorCode = keyof typeof catalogue

/** The details that come with a code. */
export type ErrorDetails<C extends ErrorCode> = (typeof catalogue)[C] extends CatalogueEntry<infer D> ? D : never
