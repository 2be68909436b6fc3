import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const directory = new URL('../../../docs/decisions/', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, directory), 'utf8')
const files = readdirSync(directory).filter((file) => file !== 'README.md')

test('every decision has a number of its own, in its name and in its title', () => {
  const numbers = files.map((file) => file.slice(0, 3))
  expect(new Set(numbers).size).toBe(files.length)
  for (const file of files) expect(read(file)).toMatch(new RegExp(`^# ${file.slice(0, 3)}: \\S`))
})

test('the list of decisions has every page, in order, under its title', () => {
  const listed = [...read('README.md').matchAll(/^- \[(.+)\]\((.+)\)$/gm)].map(([, title, file]) => [file, title])
  expect(listed).toEqual(files.toSorted().map((file) => [file, read(file).split('\n')[0]?.slice('# '.length)]))
})
