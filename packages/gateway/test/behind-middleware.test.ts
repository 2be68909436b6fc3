import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { RawClient } from './support/raw-client.js'
import { serve } from './support/serve.js'

const Payment = z.object({ amount: z.coerce.number() })

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('middleware that holds back the end of an answer holds back all of it', async () => {
  await using served = await serve((rest) => {
    rest
      .get('/late')
      .public()
      .response(200, Payment)
      .handle(() => ({ amount: 1 }))
  })
  let hold: (end: () => void) => void = () => undefined
  const isHeld = new Promise<() => void>((resolve) => (hold = resolve))
  served.gateway.use((_request, response, next) => {
    const end = response.end.bind(response) as (...given: unknown[]) => typeof response
    response.end = (...given: unknown[]) => {
      hold(() => void end(...given))
      return response
    }
    next()
  })
  using client = new RawClient(served.port, 'GET /late HTTP/1.1')
  const end = await isHeld
  await nextTurn()
  await nextTurn()
  expect(client.text).toBe('')
  end()
  await client.until('{"amount":1}')
})
