// What a child of modkit-parent has loaded by the time that it is ready, and nothing done with it.
import '@modkit/core'
import '@modkit/grpc'
import 'grpc-health-check'
import 'winston'
import './accounts-module.js'

process.stdin.resume().on('end', () => process.exit())
process.stdout.write('ready\n')
