import protobuf from 'protobufjs'
import { EMPTY } from '../service/load-service.js'
import { TIMESTAMP, type MessageShape } from '../service/message-shape.js'
import { fullNameOf } from '../service/reflection.js'
import { commentOf, typeNameOf } from './type-names.js'

export interface TypeWriting extends MessageShape {
  /** The package whose types need no prefix. */
  readonly homePackage: string
}

/** What a message without fields is. */
export const NOTHING = 'Readonly<Record<string, never>>'

const LONGS = ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']

/** The type of a message or enum wherever it is used; the same shape that the codecs of `loadService` give it. */
export function referenceTo(type: protobuf.Type | protobuf.Enum, { homePackage }: TypeWriting): string {
  const name = fullNameOf(type)
  if (name === TIMESTAMP) return 'Date'
  return name === EMPTY ? NOTHING : typeNameOf(type, homePackage)
}

/** The declaration of an enum: the names that its values have in JavaScript. */
export function enumDeclaration(type: protobuf.Enum, writing: TypeWriting): string {
  const names = Object.keys(type.values).map((name) => `  | '${name}'`)
  return `${commentOf(type)}export type ${typeNameOf(type, writing.homePackage)} =\n${names.join('\n')}\n`
}

/** The declaration of a message, and what makes one of a part of its fields. */
export function messageDeclaration(message: protobuf.Type, writing: TypeWriting): string {
  const name = typeNameOf(message, writing.homePackage)
  const comment = commentOf(message)
  if (message.fieldsArray.length === 0) return `${comment}export type ${name} = ${NOTHING}\n`
  const oneofs = message.oneofsArray.filter((oneof) => !oneof.isProto3Optional)
  const own = message.fieldsArray.filter((field) => !isInOneof(field))
  const fields = own.map((field) => fieldDeclaration(field, writing)).join('')
  const declaration =
    oneofs.length === 0
      ? `export interface ${name} {\n${fields}}\n`
      : `export type ${name} = {\n${fields}}${oneofs.map((oneof) => ` & ${oneofUnion(oneof, writing)}`).join('')}\n`
  return `${comment}${declaration}\n${factory(name, own, { ...writing, needsCast: oneofs.length > 1 })}`
}

function isInOneof(field: protobuf.Field): boolean {
  return field.partOf !== null && !field.partOf.isProto3Optional
}

function isOptional(field: protobuf.Field): boolean {
  return field.partOf?.isProto3Optional === true
}

function fieldDeclaration(field: protobuf.Field, writing: TypeWriting): string {
  const type = typeOf(field, writing)
  const written = isOptional(field) ? `?: ${type} | undefined` : `: ${isMessage(field) ? `${type} | null` : type}`
  return `${commentOf(field, '  ')}  readonly ${field.name}${written}\n`
}

/** A union over which field is set, told apart by the name of the oneof. */
function oneofUnion(oneof: protobuf.OneOf, writing: TypeWriting): string {
  const absent = (fields: readonly protobuf.Field[]): string =>
    fields.map((field) => `; readonly ${field.name}?: undefined`).join('')
  const variants = oneof.fieldsArray.map((field) => {
    const others = oneof.fieldsArray.filter((other) => other !== field)
    return `  | { readonly ${oneof.name}: '${field.name}'; readonly ${field.name}: ${typeOf(field, writing)}${absent(others)} }`
  })
  return `(\n${[...variants, `  | { readonly ${oneof.name}?: undefined${absent(oneof.fieldsArray)} }`].join('\n')}\n)`
}

function typeOf(field: protobuf.Field, writing: TypeWriting): string {
  const single = singleTypeOf(field, writing)
  if (field instanceof protobuf.MapField) return `Readonly<Record<string, ${single}>>`
  return field.repeated ? `readonly ${single}[]` : single
}

function singleTypeOf({ type, resolvedType }: protobuf.Field, writing: TypeWriting): string {
  if (resolvedType) return referenceTo(resolvedType, writing)
  if (LONGS.includes(type)) return writing.int64
  if (type === 'bool') return 'boolean'
  if (type === 'bytes') return 'Uint8Array'
  return type === 'string' ? 'string' : 'number'
}

/** Whether the field holds one message, or none. */
function isMessage(field: protobuf.Field): boolean {
  return !(field instanceof protobuf.MapField) && !field.repeated && field.resolvedType instanceof protobuf.Type
}

function factory(
  name: string,
  fields: readonly protobuf.Field[],
  writing: TypeWriting & { readonly needsCast: boolean },
): string {
  const defaults = fields
    .filter((field) => !isOptional(field))
    .map((field) => `${field.name}: ${defaultOf(field, writing)}`)
  const made = `({ ${[...defaults, '...fields'].join(', ')} })${writing.needsCast ? ` as ${name}` : ''}`
  const promise = `/** A {@link ${name}} in which a field that is left out is as if it had not been sent. */`
  return `${promise}\nexport const create${name} = (fields: Partial<${name}> = {}): ${name} => ${made}\n`
}

/** What a field is that was not sent. */
function defaultOf(field: protobuf.Field, { int64 }: TypeWriting): string {
  if (field instanceof protobuf.MapField) return '{}'
  if (field.repeated) return '[]'
  if (field.resolvedType instanceof protobuf.Enum) {
    return `'${field.resolvedType.valuesById[Number(field.typeDefault)] ?? ''}'`
  }
  if (field.resolvedType) return 'null'
  if (LONGS.includes(field.type)) return int64 === 'bigint' ? '0n' : "'0'"
  if (field.type === 'bool') return 'false'
  if (field.type === 'bytes') return 'new Uint8Array()'
  return field.type === 'string' ? "''" : '0'
}
