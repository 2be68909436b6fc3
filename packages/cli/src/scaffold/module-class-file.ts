import { capabilitiesOf, type ModuleFeatures } from './module-features.js'
import type { ModuleNames } from './names.js'

/** The module itself: it puts together what its other files have. */
export function moduleClassFile(names: ModuleNames, features: ModuleFeatures): string {
  const { pascal, kebab, camel } = names
  const members = [
    `  readonly #store = inject(${pascal}Store)`,
    ...(features.stateful ? ['  #logger: Logger | undefined'] : []),
    '',
    initMethod(names, features),
    ...(features.db ? ['', migrationsMethod(names)] : []),
    ...(features.rest ? ['', restMethod(names)] : []),
    ...(features.grpc ? ['', grpcMethod(names)] : []),
    ...(features.stateful ? ['', STATEFUL_METHODS] : []),
  ]
  return `${imports(names, features)}
${features.rest ? schemas(pascal) : ''}@Module({
  name: '${kebab}',
${capabilitiesLine(features)}  provides: [${camel}Client],
  providers: [${pascal}Store],
})
export class ${pascal}Module${implementsClause(features)} {
${members.join('\n')}
}
`
}

function capabilitiesLine(features: ModuleFeatures): string {
  const names = capabilitiesOf(features).map((capability) => `'${capability}'`)
  return names.length === 0 ? '' : `  capabilities: [${names.join(', ')}],\n`
}

const contracts = { db: 'DbModule', rest: 'RestModule', grpc: 'GrpcModule', stateful: 'StatefulModule' } as const

function implementsClause(features: ModuleFeatures): string {
  const names = capabilitiesOf(features).map((capability) => contracts[capability])
  return ` implements ${(names.length === 0 ? ['CoreModule'] : names).join(', ')}`
}

function imports({ kebab, camel, pascal }: ModuleNames, features: ModuleFeatures): string {
  const types = [
    ...(capabilitiesOf(features).length === 0 ? ['CoreModule'] : []),
    ...(features.db ? ['DbModule', 'Migration'] : []),
    ...(features.grpc ? ['GrpcModule', 'GrpcServiceRegistration'] : []),
    ...(features.stateful ? ['Logger', 'StatefulModule'] : []),
    ...(features.rest ? ['RestApi', 'RestModule'] : []),
    'ModuleCtx',
  ].sort()
  return [
    coreImport(types),
    ...(features.grpc ? [`import { serveClient } from '@modkit/grpc'`] : []),
    ...(features.rest ? [`import { z } from 'zod'`] : []),
    ...(features.db ? [`import { ${camel}Migrations } from './${kebab}-migrations.js'`] : []),
    `import { ${pascal}Store } from './${kebab}-store.js'`,
    `import { ${camel}Client } from './${kebab}.js'`,
    '',
  ].join('\n')
}

/** Lines are as long as Prettier lets them be. */
const LONGEST_LINE = 120

function coreImport(types: readonly string[]): string {
  const names = ['inject', 'Module', ...types.map((type) => `type ${type}`)]
  const line = `import { ${names.join(', ')} } from '@modkit/core'`
  return line.length <= LONGEST_LINE
    ? line
    : `import {\n${names.map((name) => `  ${name},\n`).join('')}} from '@modkit/core'`
}

function schemas(pascal: string): string {
  return `const New${pascal}Item = z.strictObject({ text: z.string().min(1).max(1000) })
const ${pascal}ItemBody = z.object({ id: z.int(), text: z.string() })

`
}

function initMethod({ camel }: ModuleNames, { stateful }: ModuleFeatures): string {
  return `  init(ctx: ModuleCtx): void {
${stateful ? '    this.#logger = ctx.logger\n' : ''}    ctx.clients.register(${camel}Client, this.#store)
  }`
}

function migrationsMethod({ camel }: ModuleNames): string {
  return `  migrations(): readonly Migration[] {
    return ${camel}Migrations
  }`
}

function restMethod({ kebab, pascal, camel }: ModuleNames): string {
  return `  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/${kebab}/v1/items')
      .operationId('${camel}.list')
      .summary('All items')
      .tag('${kebab}')
      .public()
      .response(200, z.object({ items: z.array(${pascal}ItemBody) }))
      .handle(() => this.#store.list())

    rest
      .post('/${kebab}/v1/items')
      .operationId('${camel}.add')
      .summary('One more item')
      .tag('${kebab}')
      .public()
      .body(New${pascal}Item)
      .response(201, ${pascal}ItemBody)
      .handle(({ body }) => this.#store.add(body))
  }`
}

function grpcMethod({ camel }: ModuleNames): string {
  return `  grpcServices(): readonly GrpcServiceRegistration[] {
    return [serveClient(${camel}Client, this.#store)]
  }`
}

const STATEFUL_METHODS = `  /** Open what the module holds while the host runs. \`signal\` aborts when the shutdown begins. */
  async start(_signal: AbortSignal): Promise<void> {
    const { items } = await this.#store.list()
    this.#logger?.info('Started', { items: items.length })
  }

  /** Finish what is under way, then let go. When \`deadline\` aborts, leave it. */
  async stop(_deadline: AbortSignal): Promise<void> {
    this.#logger?.info('Stopped')
  }`
