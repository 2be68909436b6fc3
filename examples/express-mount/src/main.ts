import { createHost } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
import { ReportsModule } from './reports/reports.module.js'
import { ShopModule } from './shop/shop.module.js'

await createHost({ modules: [ApiGateway, ShopModule, ReportsModule] }).run()
