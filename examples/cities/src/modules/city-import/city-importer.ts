import { inject, ModuleCtx } from '@modkit/core'
import { cityStoreClient, type ImportProgress } from '../city-store/city-store.js'
import { CitySource, type CityReader } from './city-source.js'
import { importConfig } from './import-config.js'

export interface ImportStatus extends ImportProgress {
  readonly state: 'waiting' | 'running' | 'done'
}

/** How often the log says how far the import is. */
const CITIES_PER_LINE = 10_000

/** Brings the cities of the source into the store, from where the last attempt has left off. */
export class CityImporter {
  readonly #ctx = inject(ModuleCtx)
  readonly #source = inject(CitySource)
  #state: ImportStatus['state'] = 'waiting'
  #progress: ImportProgress = { imported: 0, total: 0 }

  get status(): ImportStatus {
    return { state: this.#state, imported: this.#progress.imported, total: this.#goal }
  }

  /** Resolves when everything is stored, or soon after `signal` aborted: what is stored by then stays. */
  async run(signal: AbortSignal): Promise<void> {
    const known = await this.#ctx.clients.get(cityStoreClient).progressOf(this.#source.name)
    this.#progress = known ?? this.#progress
    if (known === undefined || known.imported < this.#goal) await this.#import(signal)
    if (signal.aborted) return
    this.#state = 'done'
    this.#ctx.logger.info('All cities are imported', { imported: this.#progress.imported })
  }

  async #import(signal: AbortSignal): Promise<void> {
    await using reader = await this.#source.open(signal)
    const { imported } = this.#progress
    this.#progress = { imported, total: reader.total }
    this.#state = 'running'
    this.#ctx.logger.info(imported > 0 ? 'Import of cities resumes' : 'Import of cities begins', { ...this.status })
    // Between two batches the reader waits for its worker, and requests get their turn.
    while (this.#progress.imported < this.#goal && !signal.aborted) await this.#importBatch(reader)
  }

  async #importBatch(reader: CityReader): Promise<void> {
    const { imported: from, total } = this.#progress
    const count = Math.min(this.#config.batch_size, this.#goal - from)
    const cities = await reader.read(from, count)
    const progress = { imported: from + count, total }
    await this.#ctx.clients.get(cityStoreClient).append({ source: this.#source.name, cities, progress })
    this.#progress = progress
    this.#report(from)
  }

  #report(before: number): void {
    const { imported } = this.#progress
    if (Math.floor(before / CITIES_PER_LINE) === Math.floor(imported / CITIES_PER_LINE)) return
    const percent = Math.floor((100 * imported) / this.#goal)
    this.#ctx.logger.info(`Imported ${percent} % of the cities`, { imported, total: this.#goal })
  }

  get #goal(): number {
    return Math.min(this.#config.limit ?? Infinity, this.#progress.total)
  }

  get #config() {
    return this.#ctx.config(importConfig)
  }
}
