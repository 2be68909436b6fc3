import type { ConfigDump } from '@modkit/core/spi'

/** What stands under a key of a map, or at a place of a list; `undefined` where there is nothing. */
export function dumpBelow(dump: ConfigDump, key: string): ConfigDump | undefined {
  if ('map' in dump) return dump.map[key]
  return 'list' in dump ? dump.list[Number(key)] : undefined
}

/** What stands at the end of these keys; `undefined` where there is nothing. */
export function dumpAt(dump: ConfigDump | undefined, keys: readonly string[]): ConfigDump | undefined {
  return keys.reduce((part, key) => part && dumpBelow(part, key), dump)
}
