import {
  credentials,
  type CallOptions,
  type Client,
  type ClientReadableStream,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js'
import type { Account } from '../accounts.grpc.js'
import { loadPlain } from './plain-service.js'
import { serveQuestions } from './serve-questions.js'

interface PlainAccounts extends Client {
  find(
    request: { id: string },
    options: CallOptions,
    answer: (error: ServiceError | null, account: Account) => void,
  ): void
  list(request: { count: number }, options: CallOptions): ClientReadableStream<Account>
}

const PlainAccounts = loadPlain('bench', 'accounts', 'v1', 'Accounts') as ServiceClientConstructor
const client = new PlainAccounts(process.argv[2] ?? '', credentials.createInsecure()) as unknown as PlainAccounts

/** A call without a deadline may wait for ever: ModKit's have one, too. */
const options = (): CallOptions => ({ deadline: Date.now() + 10_000 })

void serveQuestions({
  find: (id) =>
    new Promise((resolve, reject) => {
      client.find({ id }, options(), (error, account) => {
        if (error) reject(error)
        else resolve(account)
      })
    }),
  async list(count) {
    let read = 0
    for await (const { id } of client.list({ count }, options()) as AsyncIterable<Account>) read += id === '' ? 0 : 1
    return read
  },
})
