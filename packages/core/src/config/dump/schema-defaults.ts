import { isSecretKey, REDACTED } from '../../logging/secrets.js'
import type { ConfigDump, DumpedMap } from './dump-config.js'
import type { DeclaredModule } from '../modules/declared-module.js'
import { jsonSchemaOf } from '../modules/schema-names.js'

type JsonSchema = Readonly<Record<string, unknown>>

/** A dump with what the modules' schemas fill in where nothing is configured, as far as they can say it as JSON Schema. */
export function withSchemaDefaults(dump: ConfigDump, modules: readonly DeclaredModule[]): ConfigDump {
  const defaults = modules.map(({ name, config }): [string, ConfigDump] => {
    const schema = config && jsonSchemaOf(config)
    const section = schema ? defaultsOf(schema, `default of the schema of "${name}"`) : { map: {} }
    return [name, { map: Object.keys(section.map).length === 0 ? {} : { config: section } }]
  })
  return merged(dump, { map: { modules: { map: Object.fromEntries(defaults) } } })
}

function defaultsOf(schema: JsonSchema, origin: string): DumpedMap {
  const properties = Object.entries(isRecord(schema['properties']) ? schema['properties'] : {})
  const found = properties.flatMap(([key, property]): [string, ConfigDump][] => {
    if (!isRecord(property)) return []
    if ('default' in property) return [[key, dumped(key, property['default'], origin)]]
    const below = defaultsOf(property, origin)
    return Object.keys(below.map).length === 0 ? [] : [[key, below]]
  })
  return { map: Object.fromEntries(found) }
}

function dumped(key: string, value: unknown, origin: string): ConfigDump {
  if (Array.isArray(value)) return { list: value.map((item) => dumped(key, item, origin)) }
  if (isRecord(value)) {
    return {
      map: Object.fromEntries(Object.entries(value).map(([name, child]) => [name, dumped(name, child, origin)])),
    }
  }
  if (isSecretKey(key)) return { value: REDACTED, origin }
  // What a JSON Schema says is JSON.
  return { value: value as string | number | boolean | null, origin }
}

/** What is written wins over what is filled in. */
function merged(written: ConfigDump, filled: ConfigDump): ConfigDump {
  if (!('map' in written) || !('map' in filled)) return written
  const entries = Object.entries(filled.map).map(([key, child]): [string, ConfigDump] => {
    const own = written.map[key]
    return [key, own ? merged(own, child) : child]
  })
  return { map: { ...written.map, ...Object.fromEntries(entries) } }
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
