import knexLibrary from 'knex'
import { knexCalls } from './knex-calls.js'
import { serveCalls } from './serve-calls.js'
import { knexConfig } from './sessions.js'

void serveCalls((address) => knexCalls(knexLibrary.knex(knexConfig(address))))
