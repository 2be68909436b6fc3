import type { Files } from './files.js'
import { jsonText } from './files.js'
import type { PackageSource } from './package-source.js'

/** The versions that a new application begins with, of what is not ours. */
export const libraries = {
  zod: '^4.6.0',
  '@types/node': '^20.19.0',
  prettier: '^3.10.0',
  tsx: '^4.20.0',
  typescript: '^6.0.3',
} as const

/** A new application: one module, one operation, one test. */
export function appFiles(name: string, source: PackageSource): Files {
  return {
    'package.json': manifest(name, source),
    'tsconfig.json': TSCONFIG,
    '.prettierrc.json': '{ "semi": false, "singleQuote": true, "printWidth": 120 }\n',
    '.prettierignore': 'dist\n.data\npackage-lock.json\n',
    '.gitignore': 'node_modules\ndist\n.data\n',
    'README.md': readme(name),
    'config/app.yaml': CONFIG,
    'src/main.ts': MAIN,
    'src/modules.ts': MODULES,
    'src/modules/hello/hello.module.ts': HELLO,
    'src/modules/hello/hello.module.test.ts': HELLO_TEST,
  }
}

/** By Node alone: in production there is nothing else. */
const START_NEEDS_BUILD = `node -e "if (!require('node:fs').existsSync('dist/main.js')) { console.error('There is no dist/main.js yet. Run npm run build first; npm run dev runs the sources.'); process.exit(1) }"`

function manifest(name: string, source: PackageSource): string {
  return jsonText({
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    modkit: { entry: 'src/main.ts' },
    scripts: {
      dev: 'modkit dev',
      build: 'tsc',
      prestart: START_NEEDS_BUILD,
      start: 'node --enable-source-maps dist/main.js',
      check: 'modkit check && tsc --noEmit && prettier --check .',
      test: 'node --import tsx --test src/modules/*/*.test.ts',
      format: 'prettier --write .',
    },
    dependencies: {
      '@modkit/core': source('@modkit/core'),
      '@modkit/gateway': source('@modkit/gateway'),
      zod: libraries.zod,
    },
    devDependencies: {
      '@modkit/cli': source('@modkit/cli'),
      '@modkit/testing': source('@modkit/testing'),
      '@types/node': libraries['@types/node'],
      prettier: libraries.prettier,
      tsx: libraries.tsx,
      typescript: libraries.typescript,
    },
  })
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2023", "esnext.disposable", "esnext.decorators"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true,
    "rootDir": "src",
    "outDir": "dist",
    "sourceMap": true
  },
  "include": ["src"]
}
`

const CONFIG = `# Environment variables rank above this file: APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR=0.0.0.0:8080
server:
  home_dir: .data

logging:
  default: { console_level: info, console_format: text }

modules:
  api-gateway:
    config: { bind_addr: 127.0.0.1:8087 }
`

const MAIN = `import { fileURLToPath } from 'node:url'
import { createHost } from '@modkit/core'
import { modules } from './modules.js'

const config = process.argv[2] ?? fileURLToPath(new URL('../config/app.yaml', import.meta.url))

await createHost({ modules, config }).run()
`

const MODULES = `import { ApiGateway } from '@modkit/gateway'
import { HelloModule } from './modules/hello/hello.module.js'

/** The modules of this application. Their order comes from what they depend on, not from this list. */
export const modules = [ApiGateway, HelloModule]
`

const HELLO = `import { Module, type ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { z } from 'zod'

const Name = z.object({ name: z.string().min(1).max(100) })
const Greeting = z.object({ greeting: z.string() })

@Module({ name: 'hello', capabilities: ['rest'] })
export class HelloModule implements RestModule {
  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/hello/v1/{name}')
      .operationId('hello.greet')
      .summary('A greeting')
      .public()
      .params(Name)
      .response(200, Greeting)
      .handle(({ params }) => ({ greeting: \`Hello, \${params.name}!\` }))
  }
}
`

const HELLO_TEST = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiGateway } from '@modkit/gateway'
import { createTestHost } from '@modkit/testing'
import { HelloModule } from './hello.module.js'

test('greets by name', async () => {
  await using host = await createTestHost({ modules: [ApiGateway, HelloModule] }).start()
  const response = await host.request('/hello/v1/world')
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { greeting: 'Hello, world!' })
})
`

function readme(name: string): string {
  return `# ${name}

\`\`\`sh
npm run dev                                  # runs it, and starts it anew when a file changes
curl http://127.0.0.1:8087/hello/v1/world
npm test
npm run check                                # everything that can be found without starting it
npx modkit new module notes --db --rest      # the next module
npm run build && npm start                   # as in production
\`\`\`

\`npx modkit --help\` lists what else the command can do; http://127.0.0.1:8087/docs shows the operations.
`
}
