import { expect, test } from '@jest/globals'
import { createHost, defineModule } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'

const users = defineModule({ name: 'user-profiles' }, class {})

test('a database of a module that is not there is an error with the nearest name', async () => {
  const config = { modules: { 'user-profile': { database: { dsn: 'sqlite::memory:' } } } }
  await using host = createHost({ modules: [users], config, logger: silentLogger })
  await expect(host.start()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/"modules\.user-profile" is not the name.*Did you mean "user-profiles"\?/s),
  })
})
