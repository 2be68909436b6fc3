import type { Node, YAMLMap, YAMLSeq } from 'yaml'
import type { ConfigDump } from './dump-config.js'
import { type YamlLibrary, yamlLibrary } from '../tree/yaml-library.js'

/** A dump as text: YAML with each value's origin as a comment, or JSON with `{ value, origin }` in place of each value. */
export function formatDump(dump: ConfigDump, format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(jsonForm(dump), undefined, 2)}\n`
  const yaml = yamlLibrary()
  const document = new yaml.Document()
  document.contents = yamlForm(dump, yaml)
  // Long values stay on their line, where their comment is.
  return document.toString({ lineWidth: 0 })
}

function jsonForm(dump: ConfigDump): unknown {
  if ('list' in dump) return dump.list.map(jsonForm)
  if (!('map' in dump)) return dump
  return Object.fromEntries(Object.entries(dump.map).map(([key, child]) => [key, jsonForm(child)]))
}

function yamlForm(dump: ConfigDump, yaml: YamlLibrary): Node {
  if ('list' in dump) return yamlList(dump.list, yaml)
  if ('map' in dump) return yamlMap(dump.map, yaml)
  const scalar = new yaml.Scalar(dump.value)
  scalar.comment = ` ${dump.origin}`
  return scalar
}

function yamlList(items: readonly ConfigDump[], yaml: YamlLibrary): YAMLSeq {
  const list = new yaml.YAMLSeq()
  list.items = items.map((item) => yamlForm(item, yaml))
  return list
}

function yamlMap(entries: Readonly<Record<string, ConfigDump>>, yaml: YamlLibrary): YAMLMap {
  const map = new yaml.YAMLMap()
  map.items = Object.entries(entries).map(([key, child]) => new yaml.Pair(new yaml.Scalar(key), yamlForm(child, yaml)))
  return map
}
