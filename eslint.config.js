import { defineConfig, globalIgnores } from 'eslint/config'
import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import { fileName } from './scripts/eslint/file-name.js'

const sources = ['packages/*/src/**/*.ts']
const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/test/**/*.ts', '**/*.test.mjs']
const typed = ['packages/**/*.ts', 'examples/**/*.ts', 'jest.config.ts']
const doors = 'Importing a file has no effects: await inside a function.'

const size = (file, functionLines) => ({
  'max-lines': ['error', { max: file, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: functionLines, skipBlankLines: true, skipComments: true }],
})

/** Syntax that no file of a package uses. */
const packageSyntax = [
  { selector: 'ExportAllDeclaration:not([exported])', message: 'Spell out what a door exports.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'AwaitExpression:not(:function AwaitExpression)', message: doors },
  { selector: 'ForOfStatement[await=true]:not(:function ForOfStatement)', message: doors },
]

const noTimers = {
  'no-restricted-globals': [
    'error',
    { name: 'setTimeout', message: 'Use the Clock.' },
    { name: 'setInterval', message: 'Use the Clock.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'globalThis', property: 'setTimeout', message: 'Use the Clock.' },
    { object: 'globalThis', property: 'setInterval', message: 'Use the Clock.' },
    { object: 'Date', property: 'now', message: 'Use the Clock.' },
    { object: 'performance', property: 'now', message: 'Use the Clock.' },
    { object: 'AbortSignal', property: 'timeout', message: 'Use the Clock.' },
  ],
  'no-restricted-imports': [
    'error',
    // Giving way to what else is due, with setImmediate, is not a matter of time.
    { name: 'node:timers', importNames: ['setTimeout', 'setInterval'], message: 'Use the Clock.' },
    {
      name: 'node:timers/promises',
      importNames: ['setTimeout', 'setInterval', 'scheduler'],
      message: 'Use the Clock.',
    },
    { name: 'node:perf_hooks', importNames: ['performance'], message: 'Use the Clock.' },
  ],
}

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', '**/*.grpc.ts', '**/test/fixtures/broken/', '**/test/fixtures/legacy/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { modkit: { rules: { 'file-name': fileName } } },
  },

  js.configs.recommended,
  {
    rules: {
      'modkit/file-name': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-param-reassign': 'error',
      'object-shorthand': 'error',
      ...size(250, 50),
    },
  },

  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    // One program for the whole tree, tests included, is several times faster than one for every package.
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/consistent-type-exports': ['error', { fixMixedExportsWithInlineTypeSpecifier: true }],
      // `import { type X }` alone still loads the file when it runs.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Spread is the way to a text's code points.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // A hook answers `void | Promise<void>`: whoever writes one decides whether it waits.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // At a border a value is checked although its type says what it is.
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // An index signature names its key; a getter keeps a brand on the prototype; a cast can say what it casts to.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/class-literal-property-style': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // An async function turns a throw into a rejection, whether it waits or not.
      '@typescript-eslint/require-await': 'off',
    },
  },

  {
    files: sources,
    ignores: tests,
    rules: {
      ...noTimers,
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        ...packageSyntax,
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Use the Clock.' },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    // What is measured is real time, and a peer's module is a class without anything in it.
    files: ['packages/benchmarks/src/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['packages/core/src/time/clock.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },

  {
    files: tests,
    rules: {
      ...size(600, 300),
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name=/^(?:test|it)$/] > Literal[value=/\\bshould\\b/]',
          message: 'Say what it does, without "should".',
        },
      ],
    },
  },
  {
    files: tests,
    ignores: ['**/*.mjs'],
    rules: {
      // What a response or a report holds is what the assertion is there to find out.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Tests throw and reject with whatever a careless module might, and declare classes for their shape alone.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: 'node:timers/promises',
          importNames: ['setTimeout', 'setInterval', 'scheduler'],
          message: 'Do not sleep: move a FakeClock, or wait for the event.',
        },
      ],
    },
  },

  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
      },
    },
  },
)
