import { expect, test } from '@jest/globals'
import { distTag, releaseManifest, releaseOrder } from './release-order.mjs'

const made = (name, dependencies = {}) => ({ folder: `packages/${name}`, manifest: { name, dependencies } })
const namesOf = (packages) => packages.map(({ manifest }) => manifest.name)

test('packages are published after what they depend on, and never in a circle', () => {
  const packages = [made('create', { cli: '1', chokidar: '4' }), made('cli', { core: '1' }), made('core')]
  expect(namesOf(releaseOrder(packages))).toEqual(['core', 'cli', 'create'])
  expect(() => releaseOrder([made('a', { b: '1' }), made('b', { a: '1' })])).toThrow('a -> b -> a')
})

test('a published manifest says where its sources are', () => {
  expect(releaseManifest(made('core'), 'us/modkit')).toMatchObject({
    name: 'core',
    repository: { url: 'git+https://github.com/us/modkit.git', directory: 'packages/core' },
  })
})

test('what comes before a release is nobody’s latest', () => {
  expect([distTag('1.2.3'), distTag('1.2.3-rc.1')]).toEqual(['latest', 'next'])
})
