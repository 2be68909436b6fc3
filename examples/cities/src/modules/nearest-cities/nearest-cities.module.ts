import { inject, Module, type GrpcModule, type GrpcServiceRegistration, type ModuleCtx } from '@modkit/core'
import { serveClient } from '@modkit/grpc'
import { nearestCitiesClient } from './nearest-cities.js'
import { NearestSearch } from './nearest-search.js'

/** One object, offered twice: to the modules of this process through the hub, and to everyone else over gRPC. */
@Module({
  name: 'nearest-cities',
  deps: ['city-store'],
  capabilities: ['grpc'],
  provides: [nearestCitiesClient],
  providers: [NearestSearch],
})
export class NearestCitiesModule implements GrpcModule {
  readonly #search = inject(NearestSearch)

  init(ctx: ModuleCtx): void {
    ctx.clients.register(nearestCitiesClient, this.#search)
  }

  grpcServices(): readonly GrpcServiceRegistration[] {
    return [serveClient(nearestCitiesClient, this.#search)]
  }
}
