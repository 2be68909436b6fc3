import type { StandardSchemaV1 } from '@standard-schema/spec'

/** Anything that knows what a module's section of the configuration says. */
export interface ConfigProvider {
  /** The whole entry `modules.<name>`: `{ config?, database?, runtime?, enabled?, metadata? }`; `undefined` where there is none. */
  moduleConfig(name: string): unknown
}

/** One module's part of the configuration. */
export interface ModuleSettings {
  /** The `config` section, or an empty object. */
  readonly raw: Readonly<Record<string, unknown>>
  /**
   * The `config` section through a schema; a missing one is validated as `{}`.
   *
   * @throws HostError `MODULE_CONFIG_INVALID`
   */
  parse<S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S>
  /**
   * The `config` section through a schema; it must be there.
   *
   * @throws HostError `MODULE_CONFIG_MISSING` or `MODULE_CONFIG_INVALID`
   */
  parseRequired<S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S>
}
