import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { formatDump } from '../src/config/dump/format-dump.js'
import { loadConfig } from '../src/config/load-config.js'
import type { Rule } from '../src/config/sections/rule.js'
import { placementRule } from '../src/config/sections/section-rules.js'
import { tableBelow } from './support/documented-lines.js'

const page = new URL('../../../docs/configuration.md', import.meta.url)
const fixtures = new URL('./fixtures/configuration/', import.meta.url)

/** The paths of all keys that the core knows; what belongs to the database package is a table of its own. */
function pathsOf(rule: Rule, path: string): readonly string[] {
  if (path.endsWith('.database') || path === 'database') return [path]
  if (rule.kind === 'named') return pathsOf(rule.each, `${path}.<name>`)
  if (rule.kind !== 'section') return [path]
  return Object.entries(rule.keys).flatMap(([key, below]) => pathsOf(below, path === '' ? key : `${path}.${key}`))
}

test('the page of the configuration has every key of the core, and no other', () => {
  const documented = tableBelow(page, '## Keys').map(([key = '']) => key.replaceAll('`', ''))
  expect(documented.toSorted()).toEqual(pathsOf(placementRule, '').toSorted())
})

/** The environment of a shell in which the commands of the page were entered. */
function environmentOf(commands: URL): Readonly<Record<string, string>> {
  const script = `. '${fileURLToPath(commands)}' && exec '${process.execPath}' -p 'JSON.stringify(process.env)'`
  const output = execFileSync('/bin/sh', ['-c', script], { env: { HOME: '/home/ada' }, encoding: 'utf8' })
  return JSON.parse(output) as Record<string, string>
}

test('the dump on the page is what its files and variables give', () => {
  const env = environmentOf(new URL('variables.sh', fixtures))
  const config = loadConfig('app.yaml', { env, cwd: fileURLToPath(fixtures) })
  expect(formatDump(config.dump(), 'yaml')).toBe(readFileSync(new URL('dump.txt', fixtures), 'utf8'))
})

test('the example on the page of the processes is one', () => {
  const config = loadConfig('processes.yaml', { env: {}, cwd: fileURLToPath(fixtures) })
  expect(config.runtimeOf('thumbnails')).toMatchObject({ type: 'oop', instances: 2, restart: { maxRestarts: 10 } })
})
