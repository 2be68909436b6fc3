import type { RestSchema, SchemaOutput } from './rest-schema.js'

/** Bytes from a client, as they arrive. They come once: take them bit by bit, or all together. */
export interface IncomingBytes extends AsyncIterable<Uint8Array> {
  /** As the client names it, without parameters, in lower case. */
  readonly contentType: string
  /** All of it, in memory. Rejects with a problem of 413 where it is longer than it may be. */
  bytes(): Promise<Uint8Array>
  /** All of it, as UTF-8. Rejects with a problem of 400 where it is not. */
  text(): Promise<string>
}

/** What a form may have under the name of a file. */
export interface FormFile {
  /** Media types that are accepted, `image/*` for all of a kind. Default: any. */
  readonly contentTypes?: readonly string[]
  /** How large each file may be, in bytes. Default 10 MiB; the body limit of the operation holds besides. */
  readonly maxBytes?: number
  /** How many files may come under this name. Default 1. */
  readonly maxCount?: number
  /** Whether the form is complete without one. Default false. */
  readonly optional?: boolean
  /** For readers of the document. */
  readonly description?: string
}

/** The parts of a `multipart/form-data` body. */
export interface FormParts {
  /**
   * Texts by name, each converted and validated by its schema; one that is missing is validated as `undefined`. A list has a
   * part for each item, one behind the other.
   */
  readonly fields?: Readonly<Record<string, RestSchema>>
  readonly files?: Readonly<Record<string, FormFile>>
}

/** A field of a form, validated. */
export interface FormFieldPart<Name extends string = string, Value = unknown> {
  readonly kind: 'field'
  readonly name: Name
  readonly value: Value
}

/** A file of a form. What is not taken before the next part is asked for is skipped. */
export interface FormFilePart<Name extends string = string> extends IncomingBytes {
  readonly kind: 'file'
  readonly name: Name
  /** What the client calls it, without any folder. Never use it as a path. */
  readonly filename: string | undefined
}

type FieldPartOf<F extends FormParts> = {
  [Name in keyof F['fields'] & string]: F['fields'] extends Readonly<Record<Name, infer S extends RestSchema>>
    ? FormFieldPart<Name, SchemaOutput<S>>
    : never
}[keyof F['fields'] & string]

type FilePartOf<F extends FormParts> = {
  [Name in keyof F['files'] & string]: FormFilePart<Name>
}[keyof F['files'] & string]

/** The parts of a form in the order in which the client sends them. Comes once; fails with a problem for what is wrong. */
export type IncomingForm<F extends FormParts> = AsyncIterable<FieldPartOf<F> | FilePartOf<F>>

/** A body that no one schema describes. */
export type OpenBody =
  | { readonly kind: 'bytes'; readonly contentTypes: readonly string[] }
  | { readonly kind: 'form'; readonly parts: FormParts }
