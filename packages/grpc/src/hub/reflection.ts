import { createRequire } from 'node:module'
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import type { PackageDefinition } from '@grpc/proto-loader'
import type * as Reflection from '@grpc/reflection'
import type { GrpcServiceRegistration } from '@modkit/core'
import { servicesOf } from './own-services.js'
import { mergeFiles } from './descriptor-files.js'

/** `grpc.reflection.v1` and `v1alpha`: what the services are, for clients without their proto files. */
export function reflectionOf(services: readonly GrpcServiceRegistration[]): GrpcServiceRegistration[] {
  const { ReflectionService } = createRequire(import.meta.url)('@grpc/reflection') as typeof Reflection
  const names = services.map(({ serviceName }) => serviceName)
  const files = mergeFiles(services.flatMap(({ definition }) => filesOf(definition)))
  // All that the library reads of a package are the files of its messages.
  const described = { files: { fileDescriptorProtos: files } } as unknown as PackageDefinition
  return servicesOf(new ReflectionService(described, { services: names })).map(({ definition, implementation }) => ({
    serviceName: nameOf(definition),
    definition,
    implementation,
  }))
}

function filesOf(definition: ServiceDefinition): Buffer[] {
  return Object.values<LoadedMethod>(definition).flatMap(({ requestType, responseType }) =>
    [requestType, responseType].flatMap((type) => type?.fileDescriptorProtos ?? []),
  )
}

/** What proto-loader knows of a method more than grpc-js. A definition that was made otherwise describes nothing. */
type LoadedMethod = MethodDefinition<unknown, unknown> & {
  readonly requestType?: { readonly fileDescriptorProtos?: readonly Buffer[] }
  readonly responseType?: { readonly fileDescriptorProtos?: readonly Buffer[] }
}

/** `/package.Service/Method` is the path of each. */
function nameOf(definition: ServiceDefinition): string {
  const [method] = Object.values<MethodDefinition<unknown, unknown>>(definition)
  return method?.path.split('/')[1] ?? ''
}
