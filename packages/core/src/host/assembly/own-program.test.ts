import { expect, test } from '@jest/globals'
import { childExecArgv, isTestRun } from './own-program.js'

test.each([
  ['loaders and conditions', '--conditions=a --import tsx -r ./hook.cjs', '--conditions=a --import tsx -r ./hook.cjs'],
  [
    'no inspector',
    '--inspect --inspect-brk=9229 --inspect-port 9230 --max-old-space-size=64',
    '--max-old-space-size=64',
  ],
  ['no watcher', '--watch --watch-path ./src --watch-path=./lib --watch-preserve-output --import tsx', '--import tsx'],
  ['no test runner', '--test --test-only --test-reporter spec --test-shard=1/2 --import tsx', '--import tsx'],
  ['no text to run', '--import tsx --input-type=module -e code', '--import tsx'],
  ['no kind of text', '--input-type module --import tsx --eval=code', '--import tsx'],
  [
    'no file of the environment',
    '--env-file .env --env-file=.env.local --env-file-if-exists=.x --import tsx',
    '--import tsx',
  ],
  ['the script of a runner that stands before that of the program', '/bin/ts-node --esm', '/bin/ts-node --esm'],
])('a child of this program gets %s', (_what, given, kept) => {
  expect(childExecArgv(given.split(' ')).join(' ')).toBe(kept)
})

test.each([
  ['/app/node_modules/jest/bin/jest.js', true],
  ['/app/node_modules/.pnpm/tinypool@1.0.0/node_modules/tinypool/dist/entry/process.js', true],
  ['C:\\app\\node_modules\\vitest\\vitest.mjs', true],
  ['/app/node_modules/my-server/main.js', false],
  ['/app/jest/main.js', false],
])('the script %s runs tests: %s', (script, expected) => {
  expect(isTestRun(script)).toBe(expected)
})

test('this process runs tests, however its runner was called', () => {
  expect(isTestRun()).toBe(true)
})
