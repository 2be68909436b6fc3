import { inject, Module, type ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import {
  CityBody,
  CityFilter,
  CityPage,
  CityParams,
  CountryParams,
  IsolatedCities,
  IsolationFilter,
  NeighbourFilter,
  Neighbours,
} from './city-schemas.js'
import { CitySearch } from './city-search.js'
import { searchConfig } from './search-config.js'

/** The cities over HTTP. */
@Module({
  name: 'city-search',
  deps: ['city-store', 'nearest-cities', 'nearest'],
  capabilities: ['rest'],
  config: searchConfig,
  providers: [CitySearch],
})
export class CitySearchModule implements RestModule {
  readonly #search = inject(CitySearch)

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/cities/v1/cities')
      .operationId('cities.search')
      .summary('Cities by name, country and population, the largest first')
      .tag('cities')
      .public()
      .query(CityFilter)
      .response(200, CityPage)
      .problem(400, 'The cursor is none')
      .handle(({ query }) => this.#search.page(query))

    rest
      .get('/cities/v1/cities/{id}')
      .operationId('cities.get')
      .summary('One city')
      .tag('cities')
      .public()
      .params(CityParams)
      .response(200, CityBody)
      .problem(404, 'There is no such city')
      .handle(({ params }) => this.#search.city(params.id))

    rest
      .get('/cities/v1/cities/{id}/neighbours')
      .operationId('cities.neighbours')
      .summary('The cities around one')
      .tag('cities')
      .public()
      .params(CityParams)
      .query(NeighbourFilter)
      .response(200, Neighbours)
      .problem(404, 'There is no such city')
      .handle(({ params, query, signal }) => this.#search.neighbours(params.id, query, { signal }))

    rest
      .get('/cities/v1/countries/{country}/isolated')
      .operationId('cities.isolated')
      .summary('The cities of a country that are the farthest from any larger one')
      .tag('cities')
      .public()
      .params(CountryParams)
      .query(IsolationFilter)
      .response(200, IsolatedCities)
      .problem(404, 'There is no city in such a country')
      .handle(({ params, query, signal }) => this.#search.isolated(params.country, query, { signal }))
  }
}
