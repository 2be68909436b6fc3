import { describe, expect, test } from '@jest/globals'
import { isAllowed } from './allowed.mjs'
import { bundledPackages, productionPackages } from './production-packages.mjs'

describe('a licence', () => {
  test.each(['MIT', '(MIT OR GPL-3.0-only)', 'GPL-3.0-only OR (MIT AND ISC)', '(BSD-2-Clause OR MIT OR Apache-2.0)'])(
    '%s is allowed',
    (expression) => expect(isAllowed(expression)).toBe(true),
  )

  test.each([undefined, '', 'GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN x', 'MIT ISC', '(MIT'])(
    '%s is not',
    (expression) => expect(isAllowed(expression)).toBe(false),
  )
})

describe('what reaches whoever installs', () => {
  const lock = {
    packages: {
      'packages/a': {
        dependencies: { b: '1', '@us/c': '1' },
        devDependencies: { tool: '1' },
        peerDependencies: { needed: '1', spared: '1' },
        peerDependenciesMeta: { spared: { optional: true } },
      },
      'packages/a/node_modules/b': { version: '1.0.0', dependencies: { d: '1' }, license: 'MIT' },
      'node_modules/b': { version: '2.0.0', license: 'GPL-3.0-only' },
      'node_modules/@us/c': { link: true },
      'node_modules/d': { optionalDependencies: { absent: '1' }, license: 'ISC' },
      'node_modules/@x/inside': { version: '1.0.0', license: 'MIT' },
      'node_modules/needed': { license: '0BSD' },
      'node_modules/tool': { license: 'GPL-3.0-only', dev: true },
    },
  }
  const paths = (entries) => entries.map(({ path }) => path).sort()

  test('is found where Node would find it, without tools, siblings and what may be absent', () => {
    expect(paths(productionPackages(lock, ['packages/a']))).toEqual([
      'node_modules/d',
      'node_modules/needed',
      'packages/a/node_modules/b',
    ])
  })

  test('is also what a bundle has taken in, in the version that its notice names', () => {
    const notice = 'b 2.0.0\n-------\n\nA licence.\n\n\n@x/inside 1.0.0\n---------------\n\nAnother.\n'
    expect(paths(bundledPackages(lock, notice))).toEqual(['node_modules/@x/inside', 'node_modules/b'])
    expect(() => bundledPackages(lock, notice.replace('b 2.0.0', 'b 3.0.0'))).toThrow('b 3.0.0')
  })

  test('is known to the lockfile, or the lockfile is wrong', () => {
    const broken = { packages: { 'packages/a': { dependencies: { gone: '1' } } } }
    expect(() => productionPackages(broken, ['packages/a'])).toThrow('has no gone')
  })
})
