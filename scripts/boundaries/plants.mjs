/**
 * Files that break one rule each, planted into a copy of the tree. Under a rule's name: a path, and what the file says.
 * A rule without a plant fails the proof.
 */
export const violations = {
  'core-row-1': { 'packages/core/src/errors/planted.ts': `import '../registry/build-registry.js'` },
  'core-row-2': { 'packages/core/src/module/planted.ts': `import type { Phase } from '../phases/phase.js'` },
  'core-row-3': { 'packages/core/src/registry/planted.ts': `import '../../src/phases/phases.js'` },
  'core-row-4': { 'packages/core/src/phases/planted.ts': `import type {} from '../host/planted.js'` },
  'core-row-5': { 'packages/core/src/host/planted.ts': `import '../index.js'` },
  'core-context-types': { 'packages/core/src/rest/planted.ts': `import '../context/module-ctx.js'` },
  'core-folder-has-a-row': { 'packages/core/src/planted/planted.ts': `import '../time/clock.js'` },
  'core-loads-no-host-library': { 'packages/core/src/container/planted.ts': `import 'express'` },
  'core-is-lowest': { 'packages/core/src/config/planted.ts': `import type {} from '../../../gateway/src/index.js'` },
  'core-loads-db-when-configured': { 'packages/core/src/logging/planted.ts': `import '@modkit/db'` },
  'gateway-alone': { 'packages/gateway/src/planted.ts': `import type {} from '@modkit/grpc'` },
  'grpc-alone': { 'packages/grpc/src/planted.ts': `import '@modkit/db'` },
  'db-alone': { 'packages/db/src/planted.ts': `await import('@modkit/gateway')` },
  'nothing-shipped-imports-testing': { 'packages/gateway/src/planted-testing.ts': `import '@modkit/testing'` },
  'nothing-shipped-imports-examples': {
    'packages/testing/src/planted.ts': `import '../../../examples/cities/src/main.js'`,
  },
  'packages-have-doors': { 'packages/db/src/planted-depth.ts': `import '../../core/src/time/clock.js'` },
  'no-cycle-at-run-time': {
    'packages/core/src/time/planted.ts': `import './planted-back.js'`,
    'packages/core/src/time/planted-back.ts': `import './planted.js'`,
  },
  'no-cycle-of-folders': {
    'packages/core/src/client-hub/planted.ts': `import type {} from '../lifecycle/planted.js'`,
    'packages/core/src/lifecycle/planted.ts': `import type {} from '../client-hub/planted.js'`,
  },
  'imports-resolve': { 'packages/grpc/src/planted-missing.ts': `import './no-such-file.js'` },
  'imports-are-declared': { 'packages/db/src/planted-undeclared.ts': `import 'express'` },
  'sources-need-no-dev-dependency': { 'packages/testing/src/planted-dev.ts': `import 'planted-dev-dependency'` },
  'only-bundles-take-libraries-in': { 'packages/db/src/planted-bundled.ts': `import 'inversify'` },
  'sources-import-no-test': {
    'packages/core/src/capabilities/planted.ts': `import './planted.test.js'`,
    'packages/core/src/capabilities/planted.test.ts': `import '../index.js'`,
  },
}

/** Files that break nothing, each beside a rule that could be too eager. */
export const innocent = {
  'packages/core/src/errors/innocent.ts': `import type { ModuleCtx } from '../context/module-ctx.js'`,
  'packages/core/src/container/innocent.ts': `import type { RequestHandler } from 'express'`,
  'packages/core/src/host/innocent.ts': `export const open = () => import('@modkit/db')`,
  'packages/core/src/time/innocent.test.ts': `import '../index.js'\nimport { test } from '@jest/globals'`,
  'packages/core/src/registry/innocent-one.ts': `import type {} from './innocent-other.js'`,
  'packages/core/src/registry/innocent-other.ts': `import './innocent-one.js'`,
  'packages/gateway/src/innocent.ts': `import '@modkit/core/spi'\nimport 'express'`,
  'packages/gateway/test/innocent.test.ts': `import '@modkit/testing'`,
}
