import { expect, test } from '@jest/globals'
import { allPages } from './support/pages.js'
import { follow } from './support/reader.js'
import { isWalkThrough } from './support/walkthrough.js'

/** The quickstart does everything that there is, compiling included. */
const LIMIT_MS = 600_000

const pages = allPages().filter(({ text }) => isWalkThrough(text))

test('the quickstart is a page that can be followed', () => {
  expect(pages.map(({ path }) => path)).toContain('docs/quickstart.md')
})

test.each(pages)('who does what $path says sees what it shows', follow, LIMIT_MS)
