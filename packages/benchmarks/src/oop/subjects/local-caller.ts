import { createHost } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { serveCalls } from './serve-calls.js'
import { AccountsModule } from './accounts-module.js'

async function call(): Promise<void> {
  await serveCalls(await createHost({ modules: [AccountsModule], config: {}, logger: silentLogger }).start())
}

void call()
