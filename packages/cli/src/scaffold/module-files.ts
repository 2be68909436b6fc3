import type { Files } from './files.js'
import { moduleClassFile } from './module-class-file.js'
import type { ModuleFeatures } from './module-features.js'
import { moduleTestFile } from './module-test-file.js'
import type { ModuleNames } from './names.js'

/** The folder of modules as the application has it, and the way back to its root. */
export interface ModuleFolder {
  /** `src/modules`, relative to the application. */
  readonly modules: string
  /** From a file of a module to the application's root: `../../..`. */
  readonly toRoot: string
}

/** A new module: its contract, where its items are kept, the module itself, and its test. */
export function moduleFiles(names: ModuleNames, features: ModuleFeatures, folder: ModuleFolder): Files {
  const { kebab } = names
  const base = `${folder.modules}/${kebab}/${kebab}`
  return {
    [`${base}.ts`]: contractFile(names, features, folder),
    [`${base}-store.ts`]: features.db ? sqlStoreFile(names) : memoryStoreFile(names),
    ...(features.db && { [`${base}-migrations.ts`]: migrationsFile(names) }),
    ...(features.grpc && { [`proto/${kebab}.proto`]: protoFile(names) }),
    [`${base}.module.ts`]: moduleClassFile(names, features),
    [`${base}.module.test.ts`]: moduleTestFile(names, features),
  }
}

function contractFile({ kebab, pascal, camel, snake }: ModuleNames, { grpc }: ModuleFeatures, folder: ModuleFolder) {
  const proto = `new URL('${folder.toRoot}/proto/${kebab}.proto', import.meta.url)`
  const key = grpc
    ? `clientKey<${pascal}>('${kebab}', {
  grpc: { proto: ${proto}, service: '${snake}.v1.${pascal}' },
})`
    : `clientKey<${pascal}>('${kebab}')`
  return `import { clientKey } from '@modkit/core'

export interface ${pascal}Item {
  readonly id: number
  readonly text: string
}

/** What other modules can ask of this one: they import this file, and never the module. */
export interface ${pascal} {
  add(item: { readonly text: string }): Promise<${pascal}Item>
  list(): Promise<{ readonly items: ${pascal}Item[] }>
}

export const ${camel}Client = ${key}
`
}

function memoryStoreFile({ kebab, pascal }: ModuleNames): string {
  return `import type { ${pascal}, ${pascal}Item } from './${kebab}.js'

/** The items, as long as the process lives. */
export class ${pascal}Store implements ${pascal} {
  readonly #items: ${pascal}Item[] = []

  async add({ text }: { readonly text: string }): Promise<${pascal}Item> {
    const item = { id: this.#items.length + 1, text }
    this.#items.push(item)
    return item
  }

  async list(): Promise<{ readonly items: ${pascal}Item[] }> {
    return { items: [...this.#items] }
  }
}
`
}

function sqlStoreFile({ kebab, pascal, snake }: ModuleNames): string {
  return `import { inject, ModuleCtx } from '@modkit/core'
import type { ${pascal}, ${pascal}Item } from './${kebab}.js'

/** The items, in the module's own database. */
export class ${pascal}Store implements ${pascal} {
  readonly #ctx = inject(ModuleCtx)

  async add({ text }: { readonly text: string }): Promise<${pascal}Item> {
    return this.#ctx.dbRequired().transaction(async (tx) => {
      const last = await tx<${pascal}Item>('${snake}').max({ id: 'id' }).first()
      const item = { id: Number(last?.id ?? 0) + 1, text }
      await tx<${pascal}Item>('${snake}').insert(item)
      return item
    })
  }

  async list(): Promise<{ readonly items: ${pascal}Item[] }> {
    return { items: await this.#ctx.dbRequired()<${pascal}Item>('${snake}').select('id', 'text').orderBy('id') }
  }
}
`
}

function migrationsFile({ camel, snake }: ModuleNames): string {
  return `import type { Migration } from '@modkit/core'

/** They run in the order of their names, each once; one that has run is never changed, but followed by another. */
export const ${camel}Migrations: readonly Migration[] = [
  {
    name: '001-${snake.replaceAll('_', '-')}',
    async up(trx) {
      await trx.schema.createTable('${snake}', (table) => {
        table.integer('id').primary()
        table.string('text', 1000).notNullable()
      })
    },
  },
]
`
}

function protoFile({ pascal, snake }: ModuleNames): string {
  return `syntax = "proto3";

package ${snake}.v1;

service ${pascal} {
  rpc Add(AddRequest) returns (Item);
  rpc List(ListRequest) returns (ListReply);
}

message AddRequest {
  string text = 1;
}

message ListRequest {}

message ListReply {
  repeated Item items = 1;
}

message Item {
  uint32 id = 1;
  string text = 2;
}
`
}
