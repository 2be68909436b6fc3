import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import protobuf from 'protobufjs'
import { shapeMessages } from './message-shape.js'
import { fullNameOf, servicesOf } from './reflection.js'

/** A proto file with all that it imports, its messages in the one shape that they have in JavaScript. */
export interface ProtoFile {
  /** Its name, for errors. */
  readonly name: string
  readonly root: protobuf.Root
}

/**
 * Reads a proto file. Imports are looked for beside the file that names them.
 *
 * @throws HostError `GRPC_SERVICE_INVALID`, naming `service`, when the file cannot be read or parsed
 */
export function loadProtoFile(protoPath: string | URL, service: string): ProtoFile {
  const file = protoPath instanceof URL || protoPath.startsWith('file:') ? fileURLToPath(protoPath) : protoPath
  try {
    // Fields in lowerCamelCase.
    const root = new protobuf.Root().loadSync(file, { keepCase: false, alternateCommentMode: true })
    root.resolveAll()
    shapeMessages(root)
    return { name: basename(file), root }
  } catch (error) {
    const reason = `${file} could not be loaded: ${messageOf(error).replace(/\.$/, '')}`
    throw new HostError('GRPC_SERVICE_INVALID', { service, reason }, { cause: error })
  }
}

/**
 * One service of a proto file, by its full name.
 *
 * @throws HostError `GRPC_SERVICE_INVALID` when the file has no such service
 */
export function findService({ name, root }: ProtoFile, service: string): protobuf.Service {
  const services = servicesOf(root)
  const found = services.find((candidate) => fullNameOf(candidate) === service)
  if (found) return found
  const names = services.map((candidate) => `"${fullNameOf(candidate)}"`)
  const reason = `${name} has ${names.length === 0 ? 'no services' : `only ${names.join(', ')}`}`
  throw new HostError('GRPC_SERVICE_INVALID', { service, reason })
}
