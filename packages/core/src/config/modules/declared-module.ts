import type { StandardSchemaV1 } from '@standard-schema/spec'

/** What a check needs to know about a module of the program. */
export interface DeclaredModule {
  readonly name: string
  readonly config: StandardSchemaV1 | undefined
}
