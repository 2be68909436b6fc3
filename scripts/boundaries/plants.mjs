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
  'config-row-1': { 'packages/core/src/config/tree/planted.ts': `import type {} from '../sections/rule.js'` },
  'config-row-2': { 'packages/core/src/config/sections/planted.ts': `import '../dump/dump-config.js'` },
  'config-row-3': { 'packages/core/src/config/layers/planted.ts': `import '../load-config.js'` },
  'config-row-4': { 'packages/core/src/config/modules/planted.ts': `import '../children/render-module.js'` },
  'config-row-5': { 'packages/core/src/config/dump/planted.ts': `import type {} from '../host-config.js'` },
  'host-row-1': { 'packages/core/src/host/options/planted.ts': `import '../declaration/find-modules.js'` },
  'host-row-2': { 'packages/core/src/host/declaration/planted.ts': `import '../start/phase-runner.js'` },
  'host-row-3': { 'packages/core/src/host/assembly/planted.ts': `import '../shutdown/shutdown.js'` },
  'host-row-4': { 'packages/core/src/host/shutdown/planted.ts': `import '../process/watchdog.js'` },
  'host-row-5': { 'packages/core/src/host/process/planted.ts': `import type {} from '../module-host.js'` },
  'core-inner-folder-has-a-row': { 'packages/core/src/host/planted/planted.ts': `import '../../time/clock.js'` },
  'core-has-no-cycle': {
    'packages/core/src/rest/planted-type.ts': `import type {} from './planted-type-back.js'`,
    'packages/core/src/rest/planted-type-back.ts': `import type {} from './planted-type.js'`,
  },
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
  'packages/gateway/src/innocent-one.ts': `import type {} from './innocent-other.js'`,
  'packages/gateway/src/innocent-other.ts': `import './innocent-one.js'`,
  'packages/gateway/src/innocent.ts': `import '@modkit/core/spi'\nimport 'express'`,
  'packages/gateway/test/innocent.test.ts': `import '@modkit/testing'`,
}
