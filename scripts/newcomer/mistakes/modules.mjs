// Modules that do not fit together.
const notes = 'src/modules/notes/notes.module.ts'
const hello = 'src/modules/hello/hello.module.ts'

export const moduleMistakes = [
  {
    title: 'a dependency whose name is misspelt',
    edits: [[notes, `name: 'notes',`, `name: 'notes',\n  deps: ['helo'],`]],
    command: ['check'],
    code: 'DEPENDENCY_UNKNOWN',
    names: ['"notes"', '"helo"', 'Did you mean "hello"?'],
    place: [notes, '@Module('],
  },
  {
    title: 'two modules that need each other',
    edits: [
      [notes, `name: 'notes',`, `name: 'notes',\n  deps: ['hello'],`],
      [hello, `name: 'hello',`, `name: 'hello', deps: ['notes'],`],
    ],
    command: ['check'],
    code: 'DEPENDENCY_CYCLE',
    names: ['hello -> notes -> hello', notes],
    place: [hello, '@Module('],
  },
  {
    title: 'a class without its decorator',
    edits: [[hello, `@Module({ name: 'hello', capabilities: ['rest'] })\n`, '']],
    command: ['check'],
    code: 'MODULE_NOT_DECORATED',
    names: ['"HelloModule"', '@Module('],
    place: [hello, 'class HelloModule'],
  },
  {
    title: 'a capability without its method',
    edits: [[hello, 'registerRest(', 'registerRoutes(']],
    command: ['check'],
    code: 'CAPABILITY_NOT_IMPLEMENTED',
    names: ['"hello"', '"registerRest"'],
    place: [hello, '@Module('],
  },
  {
    title: 'an import of a file that is not there',
    edits: [['src/modules.ts', 'hello.module.js', 'helo.module.js']],
    command: ['check'],
    code: 'APP_ENTRY_FAILED',
    names: ['helo.module.js'],
    place: ['src/modules.ts', 'helo.module.js'],
  },
  {
    title: 'no gateway among the modules',
    edits: [['src/modules.ts', '[ApiGateway, ', '[']],
    command: ['check'],
    code: 'REST_REQUIRES_HOST',
    names: ['"hello"', 'ApiGateway of @modkit/gateway', '"modules.api-gateway"'],
    place: [hello, '@Module('],
  },
  {
    title: 'a client whose name is misspelt',
    edits: [
      [hello, 'import { Module', 'import { clientKey, inject, Module'],
      [
        hello,
        'registerRest(',
        `init(ctx: ModuleCtx): void {\n    ctx.clients.get(clientKey<object>('note'))\n  }\n\n  registerRest(`,
      ],
      [hello, `name: 'hello',`, `name: 'hello', deps: ['notes'],`],
    ],
    command: ['run'],
    code: 'CLIENT_NOT_FOUND',
    names: ['"hello"', '"note"', 'Did you mean "notes"?'],
  },
]
