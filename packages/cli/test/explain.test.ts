import { expect, test } from '@jest/globals'
import { catalogue } from '@modkit/core/spi'
import { errorPage } from '../src/explain/error-pages.js'
import { generalText } from '../src/explain/general-text.js'
import { command, modkit } from './support/modkit.js'

const codes = Object.keys(catalogue) as (keyof typeof catalogue)[]

test.each(codes)('%s can be explained without an error at hand', (code) => {
  const { message, hint } = generalText(code)
  const { group, explanation, todo } = errorPage(code)
  for (const text of [message, group, explanation, hint + todo]) expect(text).not.toBe('')
  expect(`${message} ${hint}`).not.toMatch(/undefined(?!\.)|\[object|NaN/)
})

test('an explanation has the message with the names of its details, the hint and what the documentation says', async () => {
  const [text, json] = await Promise.all([
    modkit(['explain', 'dependency-unknown']),
    command(['explain', 'DEPENDENCY_UNKNOWN', '--json']),
  ])
  expect(text.code).toBe(0)
  expect(text.out).toContain('Module "<module>" depends on "<dependency>", which this host does not have.')
  expect(text.out).toMatch(/^To do: add the module/m)
  expect(JSON.parse(json.out)).toMatchObject({ code: 'DEPENDENCY_UNKNOWN', group: 'Building the registry' })
})
