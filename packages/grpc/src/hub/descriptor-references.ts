import type * as Descriptor from 'protobufjs/ext/descriptor/index.js'

type File = Descriptor.IFileDescriptorProto
type Message = Descriptor.IDescriptorProto

/** In which file each message and enum is, by its full name. */
export type Symbols = ReadonlyMap<string, string>

export function symbolsOf(files: readonly File[]): Symbols {
  return new Map(files.flatMap((file) => namesIn(file).map((symbol) => [symbol, file.name ?? ''] as const)))
}

/** Which other files have what a file refers to. */
export function dependenciesOf(file: File, symbols: Symbols): string[] {
  const needed = references(file).map(({ scope, type }) => symbols.get(resolve({ scope, type, symbols })))
  return [...new Set(needed)].filter((name) => name !== undefined && name !== file.name) as string[]
}

function namesIn(file: File): string[] {
  const scope = file.package ?? ''
  const enums = (file.enumType ?? []).map(({ name }) => join(scope, name))
  return [...enums, ...messagesIn(file).flatMap(({ scope, message }) => [scope, ...enumsOf(scope, message)])]
}

function enumsOf(scope: string, { enumType }: Message): string[] {
  return (enumType ?? []).map(({ name }) => join(scope, name))
}

interface Scoped {
  /** The full name of the message. */
  readonly scope: string
  readonly message: Message
}

/** All messages of a file, however deep. */
function messagesIn(file: File): Scoped[] {
  const below = (outer: string, messages: readonly Message[] | null | undefined): Scoped[] =>
    (messages ?? []).flatMap((message) => {
      const scope = join(outer, message.name)
      return [{ scope, message }, ...below(scope, message.nestedType)]
    })
  return below(file.package ?? '', file.messageType)
}

interface Reference {
  readonly scope: string
  readonly type: string
}

function references(file: File): Reference[] {
  const scope = file.package ?? ''
  const methods = (file.service ?? []).flatMap(({ method }) => method ?? [])
  const ofMethods = methods.flatMap(({ inputType, outputType }) => [inputType, outputType])
  const ofExtensions = (file.extension ?? []).flatMap(({ typeName, extendee }) => [typeName, extendee])
  const ofFields = messagesIn(file).flatMap(({ scope, message }) =>
    (message.field ?? []).map(({ typeName }) => ({ scope, type: typeName })),
  )
  const all = [...[...ofMethods, ...ofExtensions].map((type) => ({ scope, type })), ...ofFields]
  return all.filter((reference): reference is Reference => typeof reference.type === 'string' && reference.type !== '')
}

/** A name with a dot in front is a full one; any other is looked for from the inside outwards. */
function resolve({ scope, type, symbols }: Reference & { readonly symbols: Symbols }): string {
  if (type.startsWith('.')) return type.slice(1)
  for (let outer = scope; outer !== ''; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
    const candidate = join(outer, type)
    if (symbols.has(candidate)) return candidate
  }
  return type
}

function join(scope: string, name: string | null | undefined): string {
  return scope === '' ? (name ?? '') : `${scope}.${name ?? ''}`
}
