import type { StandardSchemaV1 } from '@standard-schema/spec'
import { HostError } from '../../errors/host-error.js'
import { type ConfigNode, toPlain } from '../tree/config-tree.js'
import type { ModuleSettings } from './module-settings.js'
import { type ModuleSection, configNodeOf, structureError } from './module-section.js'
import { emptySection, validateSection } from './validate-section.js'

/** The `config` section of one module. */
export class SectionSettings implements ModuleSettings {
  readonly #module: string
  readonly #section: ModuleSection | undefined
  #raw: Readonly<Record<string, unknown>> | undefined

  /** @param section `undefined` for a module that is not configured */
  constructor(module: string, section: ModuleSection | undefined) {
    this.#module = module
    this.#section = section
  }

  get raw(): Readonly<Record<string, unknown>> {
    const node = this.#section && configNodeOf(this.#section)
    // The rules let only maps and instances through.
    this.#raw ??= (node ? toPlain(node) : {}) as Readonly<Record<string, unknown>>
    return this.#raw
  }

  parse<S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S> {
    const node = this.#section && this.#configOf(this.#section)
    return this.#validate(schema, node ?? emptySection(this.#section?.node.origin ?? 'not configured'))
  }

  parseRequired<S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S> {
    if (!this.#section) throw new HostError('MODULE_CONFIG_MISSING', { module: this.#module, missing: 'module' })
    const node = this.#configOf(this.#section)
    if (!node) throw new HostError('MODULE_CONFIG_MISSING', { module: this.#module, missing: 'config' })
    return this.#validate(schema, node)
  }

  #configOf(section: ModuleSection): ConfigNode | undefined {
    if (section.node.kind !== 'map') throw structureError(this.#module, section.node)
    return configNodeOf(section)
  }

  #validate<S extends StandardSchemaV1>(schema: S, node: ConfigNode): StandardSchemaV1.InferOutput<S> {
    // A schema's output is what its type says.
    return validateSection(schema, { module: this.#module, node })
  }
}
