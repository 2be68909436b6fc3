import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import type { MessageTypeDefinition } from '@grpc/proto-loader'
import type protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor/index.js'
import { conversionOf, type MessageShape } from './message-shape.js'
import { findService, loadProtoFile } from './proto-file.js'
import { fullNameOf } from './reflection.js'

/** The message that stands for nothing. */
export const EMPTY = 'google.protobuf.Empty'

/** How a service that says nothing about its messages has them. */
const defaultShape: MessageShape = { int64: 'string' }

/**
 * One service of a proto file, by its full name. Imports are looked for beside the file that names them.
 *
 * @throws HostError `GRPC_SERVICE_INVALID` when the file cannot be read or parsed, or has no such service
 */
export function loadService(
  protoPath: string | URL,
  serviceName: string,
  shape: Partial<MessageShape> = {},
): ServiceDefinition {
  const file = loadProtoFile(protoPath, serviceName)
  const service = findService(file, serviceName)
  const messages = new Messages(file.root, { ...defaultShape, ...shape })
  return Object.fromEntries(service.methodsArray.map((method) => [method.name, methodOf(method, messages)]))
}

/** How a method of a proto file is called in JavaScript: the same, with a small first letter. */
export function methodNameOf(protoName: string): string {
  return protoName.charAt(0).toLowerCase() + protoName.slice(1)
}

/** Whether a method may be called twice, as its proto file says. */
export function isIdempotent(method: MethodDefinition<unknown, unknown>): boolean {
  const { options } = method as { readonly options?: { readonly idempotency_level?: string } }
  return options?.idempotency_level === 'NO_SIDE_EFFECTS' || options?.idempotency_level === 'IDEMPOTENT'
}

/** Whether a method answers with nothing, which is `undefined` in JavaScript and an `Empty` on the wire. */
export function answersNothing(method: MethodDefinition<unknown, unknown>): boolean {
  const { responseName } = method as { readonly responseName?: string }
  return !method.responseStream && responseName === EMPTY
}

function methodOf(method: protobuf.Method, messages: Messages): ServiceDefinition[string] {
  const request = messages.definitionOf(method.resolvedRequestType)
  const response = messages.definitionOf(method.resolvedResponseType)
  const definition = {
    path: `/${method.parent ? fullNameOf(method.parent) : ''}/${method.name}`,
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
    requestSerialize: request.serialize,
    requestDeserialize: request.deserialize,
    responseSerialize: response.serialize,
    responseDeserialize: response.deserialize,
    originalName: methodNameOf(method.name),
    // What proto-loader adds for whoever reflects on a service.
    requestType: request,
    responseType: response,
    responseName: method.resolvedResponseType ? fullNameOf(method.resolvedResponseType) : '',
    options: { idempotency_level: 'IDEMPOTENCY_UNKNOWN', ...method.options },
  }
  return definition
}

type Message = MessageTypeDefinition<object, object>

/** The messages of a proto file as proto-loader would define them, in our shape. */
class Messages {
  readonly #conversion: protobuf.IConversionOptions
  readonly #files: Buffer[]

  constructor(root: protobuf.Root, shape: MessageShape) {
    this.#conversion = conversionOf(shape)
    // The extension adds the method, and says so only in its own types.
    const { file } = (root as unknown as Describable<{ file: object[] }>).toDescriptor('proto3')
    this.#files = file.map((each) => Buffer.from(descriptor.FileDescriptorProto.encode(each).finish()))
  }

  definitionOf(message: protobuf.Type | null): Message {
    // Every name of the file is resolved when it is loaded.
    if (!message) throw new RangeError('A method has no message.')
    const conversion = this.#conversion
    const described = (message as unknown as Describable<protobuf.Message>).toDescriptor('proto3')
    return {
      format: 'Protocol Buffer 3 DescriptorProto',
      type: described.$type.toObject(described, { longs: String, enums: String, bytes: String, defaults: true }),
      fileDescriptorProtos: this.#files,
      serialize(value) {
        if (Array.isArray(value)) throw new TypeError(`${message.fullName}: object expected`)
        // finish() gives a Buffer on Node.
        return message.encode(message.fromObject(value)).finish() as Buffer
      },
      deserialize: (bytes) => message.toObject(message.decode(bytes), conversion),
    }
  }
}

interface Describable<T> {
  toDescriptor(edition: string): T
}
