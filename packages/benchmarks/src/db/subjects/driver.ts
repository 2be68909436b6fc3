import knexLibrary from 'knex'
import { driverCalls } from './driver-calls.js'
import { openDriver } from './drivers.js'
import { serveCalls } from './serve-calls.js'
import { knexConfig } from './sessions.js'

// This Knex makes texts and connects to nothing.
void serveCalls((address) => driverCalls(openDriver(address), knexLibrary.knex(knexConfig(address))))
