import type { Bench } from './bench.js'
import { bootBench } from './boot/boot-bench.js'
import { clientsBench } from './clients/clients-bench.js'
import { dbBench } from './db/db-bench.js'
import { firstAnswerBench } from './first-answer/first-answer-bench.js'
import { grpcBench } from './grpc/grpc-bench.js'
import { oopBench } from './oop/oop-bench.js'
import { restBench } from './rest/rest-bench.js'

/** All of them, in the order in which they run. */
export const benches: readonly Bench[] = [
  bootBench,
  firstAnswerBench,
  clientsBench,
  restBench,
  dbBench,
  grpcBench,
  oopBench,
]
