import { credentials, makeClientConstructor, type Client, type ServiceError } from '@grpc/grpc-js'
import { dialTarget, loadService } from '@modkit/grpc'
import type { NearestCitiesReply, NearestCitiesRequest } from '../src/modules/nearest-cities/nearest-cities.js'

interface RawNearest extends Client {
  nearestCities(
    request: NearestCitiesRequest,
    answer: (error: ServiceError | null, reply?: NearestCitiesReply) => void,
  ): void
}

const service = 'cities.v1.Nearest'
const RawNearest = makeClientConstructor(
  loadService(new URL('../proto/nearest.proto', import.meta.url), service),
  service,
)

/** A client as any program might have it: it knows the proto file and the address, and nothing of us. */
export class NearestClient implements Disposable {
  readonly #raw: RawNearest

  constructor(endpoint: string) {
    this.#raw = new RawNearest(dialTarget(endpoint), credentials.createInsecure()) as unknown as RawNearest
  }

  nearestCities(request: NearestCitiesRequest): Promise<NearestCitiesReply> {
    return new Promise((resolve, reject) => {
      this.#raw.nearestCities(request, (error, reply) => {
        if (error || !reply) reject(error ?? new Error('There is no reply.'))
        else resolve(reply)
      })
    })
  }

  [Symbol.dispose](): void {
    this.#raw.close()
  }
}
