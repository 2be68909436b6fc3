import '@modkit/core'
import '@modkit/grpc'

process.stdin.resume().on('end', () => process.exit())
process.stdout.write('ready\n')
