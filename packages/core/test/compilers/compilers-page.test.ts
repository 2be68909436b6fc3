import { expect, test } from '@jest/globals'
import { tableBelow } from '../support/documented-lines.js'
import { transpilers } from './transpilers.js'

const page = new URL('../../../../docs/compilers.md', import.meta.url)

test('the page of the compilers has every way in which the application is compiled, and no other', () => {
  const documented = tableBelow(page, '## What was tried').map(([name, decorators]) => ({ name, decorators }))
  expect(documented).toEqual(transpilers.map(({ name, program: { decorators } }) => ({ name, decorators })))
})
