import { variableNames } from '../layers/expand-variables.js'

/** The environment variables that a rendered configuration leaves to its process: those of its database. */
export function databaseVariables(renderedConfig: string): readonly string[] {
  const { database } = JSON.parse(renderedConfig) as { readonly database?: unknown }
  return [...new Set(namesIn(database))]
}

function* namesIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield* variableNames(value)
  if (typeof value === 'object' && value !== null) for (const below of Object.values(value)) yield* namesIn(below)
}
