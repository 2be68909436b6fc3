import { ApiGateway } from '@modkit/gateway'
import { GrpcHub } from '@modkit/grpc'
import { CityImportModule } from './modules/city-import/city-import.module.js'
import { CitySearchModule } from './modules/city-search/city-search.module.js'
import { CityStoreModule } from './modules/city-store/city-store.module.js'
import { CountryStatisticsModule } from './modules/country-statistics/country-statistics.module.js'
import { NearestModule } from './modules/nearest/nearest.module.js'
import { NearestCitiesModule } from './modules/nearest-cities/nearest-cities.module.js'

/** The modules of the example. Their order comes from what they depend on, not from this list. */
export const cities = [
  CitySearchModule,
  CountryStatisticsModule,
  NearestCitiesModule,
  NearestModule,
  CityImportModule,
  CityStoreModule,
  ApiGateway,
  GrpcHub,
]
