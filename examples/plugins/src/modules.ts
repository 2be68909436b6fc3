import { ApiGateway } from '@modkit/gateway'
import { AcmeRatesModule } from './acme/acme-rates.module.js'
import { FixedRatesModule } from './fixed/fixed-rates.module.js'
import { PriceListModule } from './price-list/price-list.module.js'
import { RatesModule } from './rates/rates.module.js'

/** Installing a plugin is adding it here. */
export const modules = [ApiGateway, PriceListModule, RatesModule, AcmeRatesModule, FixedRatesModule]
