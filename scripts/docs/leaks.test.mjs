import { expect, test } from '@jest/globals'
import { leaksIn } from './leaks.mjs'

test('a private folder is found where it begins a path', () => {
  expect(leaksIn('see /desk/project/file.ts', ['/desk/'])).toEqual(['/desk/'])
  expect(leaksIn("cd '/desk/project'", ['/desk/'])).toEqual(['/desk/'])
})

test('the same folder inside another path is no leak', () => {
  expect(leaksIn('https://example.com/desk/ and docs/desk/', ['/desk/'])).toEqual([])
})

test('a private host is found in an address', () => {
  expect(leaksIn('https://packages.example.test/x', ['packages.example.test'])).toEqual(['packages.example.test'])
})
