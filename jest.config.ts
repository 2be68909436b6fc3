/** @jest-config-loader esbuild-register */
import { availableParallelism } from 'node:os'
import type { Config } from 'jest'

/** Tests run from the sources, as native ES modules: no build comes first, and stack traces show TypeScript lines. */
const config: Config = {
  testMatch: ['<rootDir>/{packages,examples}/**/*.test.ts', '<rootDir>/scripts/**/*.test.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['modkit:source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { decoratorVersion: '2022-03' },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Jest leaves one processor alone, and many tests wait for child processes: on two, a second worker almost halves the time.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 20_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!**/*.test.ts', '!**/*.test-d.ts'],
  coverageReporters: ['text', 'json-summary'],
}

export default config
