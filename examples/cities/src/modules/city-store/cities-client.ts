import { clientKey } from '@modkit/core'
import { citiesGrpc, type Cities } from './cities.grpc.js'

/** All cities, to read: for modules that may run in another process, which cannot have the store itself. */
export const citiesClient = clientKey<Cities>('cities', { grpc: citiesGrpc })
