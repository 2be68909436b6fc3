import { fileURLToPath } from 'node:url'
import { loadPackageDefinition, type GrpcObject } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { accountsGrpc } from '../accounts.grpc.js'

export const protoPath = fileURLToPath(accountsGrpc.proto)

/** Messages as ModKit has them. */
export const loaderOptions = { keepCase: false, longs: String, enums: String, defaults: true, oneofs: true }

/** What grpc-js makes of the proto file, at a path of names. */
export function loadPlain(...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (object, name) => (object as GrpcObject)[name],
    loadPackageDefinition(loadSync(protoPath, loaderOptions)),
  )
}

/** The target or address that grpc-js takes, of an endpoint of ours. */
export function plainAddress(endpoint: string): string {
  return endpoint.replace(/^http:\/\//, '').replace(/^unix:\/\//, 'unix:')
}
