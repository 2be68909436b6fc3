import type { Host } from '@modkit/core'
import { accountsClient } from '../../grpc/accounts.js'
import { serveQuestions } from '../../grpc/subjects/serve-questions.js'

/** Calls the accounts through the clients of a host, wherever they are, as often as it is asked to. */
export async function serveCalls({ clients }: Host): Promise<void> {
  await serveQuestions({
    find: (id) => clients.get(accountsClient).find({ id }),
    async list(count) {
      let read = 0
      for await (const { id } of clients.get(accountsClient).list({ count })) read += id === '' ? 0 : 1
      return read
    },
  })
}
