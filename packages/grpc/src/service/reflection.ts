import protobuf from 'protobufjs'

/** All services below a namespace. */
export function servicesOf(namespace: protobuf.NamespaceBase): readonly protobuf.Service[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Service) return [nested]
    return nested instanceof protobuf.Namespace ? servicesOf(nested) : []
  })
}

/** All messages below a namespace, those inside of messages included. */
export function messagesOf(namespace: protobuf.NamespaceBase): readonly protobuf.Type[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Type) return [nested, ...messagesOf(nested)]
    return nested instanceof protobuf.Namespace ? messagesOf(nested) : []
  })
}

/** `calculator.v1.Calculator`. */
export function fullNameOf({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, '')
}
