import { basename, dirname, relative, sep } from 'node:path'
import { HostError } from '@modkit/core'
import protobuf from 'protobufjs'
import { EMPTY, methodNameOf } from '../service/load-service.js'
import { TIMESTAMP, type MessageShape } from '../service/message-shape.js'
import { loadProtoFile } from '../service/proto-file.js'
import { fullNameOf, servicesOf } from '../service/reflection.js'
import { enumDeclaration, messageDeclaration, NOTHING, referenceTo, type TypeWriting } from './message-types.js'
import { commentOf, packageOf } from './type-names.js'

export interface GenerateOptions extends MessageShape {
  /** The proto file. */
  readonly proto: string
  /** The file that is written; decides how the proto file is named in it. */
  readonly output: string
}

/**
 * The TypeScript of a proto file: for each service an interface that its clients and its implementations have, and the
 * binding for its client key; for each message and enum that they use its type.
 *
 * @throws HostError `GRPC_SERVICE_INVALID` when the file cannot be read or has no service
 */
export function generateTypes({ proto, output, int64 }: GenerateOptions): string {
  const { root } = loadProtoFile(proto, basename(proto))
  const services = servicesOf(root)
  const [first] = services
  if (!first) throw new HostError('GRPC_SERVICE_INVALID', { service: basename(proto), reason: 'it has no services' })
  const writing: TypeWriting = { int64, homePackage: packageOf(first) }
  const path = relative(dirname(output), proto).split(sep).join('/')
  const url = path.startsWith('.') ? path : `./${path}`
  return [
    `// Written by "modkit-grpc gen" from ${basename(proto)}: change that file and run it again.`,
    `import type { CallOptions } from '@modkit/grpc'`,
    '',
    ...services.map((service) => serviceDeclaration(service, writing)),
    ...services.map((service) => bindingDeclaration(service, url, writing)),
    ...typesOf(services).map((type) =>
      type instanceof protobuf.Enum ? enumDeclaration(type, writing) : messageDeclaration(type, writing),
    ),
  ].join('\n')
}

function serviceDeclaration(service: protobuf.Service, writing: TypeWriting): string {
  const methods = service.methodsArray.map((method) => methodDeclaration(method, writing)).join('')
  return `${commentOf(service)}export interface ${service.name} {\n${methods}}\n`
}

function methodDeclaration(method: protobuf.Method, writing: TypeWriting): string {
  const [requestType, responseType] = messagesOfMethod(method).map((type) => referenceTo(type, writing))
  const request = method.requestStream
    ? `requests: AsyncIterable<${requestType ?? NOTHING}>`
    : `request: ${requestType ?? NOTHING}`
  const single = responseType === NOTHING ? 'void' : (responseType ?? NOTHING)
  const response = method.responseStream ? `AsyncIterable<${responseType ?? NOTHING}>` : `Promise<${single}>`
  return `${commentOf(method, '  ')}  ${methodNameOf(method.name)}(${request}, options?: CallOptions): ${response}\n`
}

function bindingDeclaration(service: protobuf.Service, url: string, { int64 }: TypeWriting): string {
  const name = `${methodNameOf(service.name)}Grpc`
  return [
    `/** For the client key: \`clientKey<${service.name}>('...', { grpc: ${name} })\`. */`,
    `export const ${name} = {`,
    `  proto: new URL('${url}', import.meta.url),`,
    `  service: '${fullNameOf(service)}',`,
    `  int64: '${int64}',`,
    '} as const',
    '',
  ].join('\n')
}

function messagesOfMethod({ resolvedRequestType, resolvedResponseType }: protobuf.Method): readonly protobuf.Type[] {
  // Loading the file has resolved every name, or failed.
  return [resolvedRequestType, resolvedResponseType].filter((type) => type !== null)
}

/** Every message and enum that services use, in the order in which they are met. */
function typesOf(services: readonly protobuf.Service[]): readonly (protobuf.Type | protobuf.Enum)[] {
  const found = new Set<protobuf.Type | protobuf.Enum>()
  const visit = (type: protobuf.Type | protobuf.Enum): void => {
    if (found.has(type) || [EMPTY, TIMESTAMP].includes(fullNameOf(type))) return
    found.add(type)
    if (type instanceof protobuf.Enum) return
    for (const { resolvedType } of type.fieldsArray) if (resolvedType) visit(resolvedType)
  }
  for (const service of services) service.methodsArray.flatMap(messagesOfMethod).forEach(visit)
  return [...found]
}
