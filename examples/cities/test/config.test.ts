import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

/** A configuration without its comments. */
function linesOf(file: string): readonly string[] {
  const text = readFileSync(new URL(`../config/${file}`, import.meta.url), 'utf8')
  return text.split('\n').filter((line) => !line.trim().startsWith('#'))
}

test('on a server or in a file, one line of the configuration differs', () => {
  const inFile = linesOf('cities.yaml')
  const onServer = linesOf('cities-on-a-server.yaml')
  expect(onServer).toHaveLength(inFile.length)
  expect(onServer.filter((line, index) => line !== inFile[index])).toEqual(["    database: { dsn: '${CITIES_DSN}' }"])
})

test('with a module out of the process, what is said of that module differs', () => {
  const together = linesOf('cities.yaml')
  const split = linesOf('cities-split.yaml')
  const added = split.filter((line) => !together.includes(line))
  expect(added).toEqual(['  nearest:', '    runtime: { type: oop, instances: 2 }'])
  expect(split.filter((line) => !added.includes(line))).toEqual(together)
})
