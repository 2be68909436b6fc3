import { createRequire } from 'node:module'
import type * as Descriptor from 'protobufjs/ext/descriptor/index.js'
import { dependenciesOf, symbolsOf } from './descriptor-references.js'

export type File = Descriptor.IFileDescriptorProto

/** The lists of a file whose entries have names. */
const NAMED = ['messageType', 'enumType', 'service', 'extension'] as const

/**
 * Descriptors of proto files, each once, and each naming those that it needs.
 *
 * proto-loader makes one file of each package, of what it has loaded: two modules whose services share a package bring two files
 * of one name, of which a reader would take the first for the whole. And it leaves out which file needs which.
 */
export function mergeFiles(encoded: readonly Uint8Array[]): Buffer[] {
  const { FileDescriptorProto } = createRequire(import.meta.url)('protobufjs/ext/descriptor') as typeof Descriptor
  const files = new Map<string, File>()
  // Each method brings the files of all, which are the same objects where they were loaded together.
  for (const bytes of new Set(encoded)) {
    // A decoded message has the fields of its interface.
    const file = FileDescriptorProto.decode(bytes) as File
    const name = file.name ?? ''
    files.set(name, merged(files.get(name), file))
  }
  const symbols = symbolsOf([...files.values()])
  return [...files.values()].map((file) => {
    const dependency = dependenciesOf(file, symbols)
    return Buffer.from(FileDescriptorProto.encode({ ...file, dependency }).finish())
  })
}

function merged(known: File | undefined, file: File): File {
  if (known === undefined) return file
  const lists = NAMED.map((list) => [list, union<Named>(known[list] ?? [], file[list] ?? [])])
  return { ...known, ...Object.fromEntries(lists) } as File
}

interface Named {
  readonly name?: string | undefined
}

function union<T extends Named>(known: readonly T[], more: readonly T[]): T[] {
  const names = new Set(known.map(({ name }) => name))
  return [...known, ...more.filter(({ name }) => !names.has(name))]
}
