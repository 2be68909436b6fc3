import type { FormFile } from '@modkit/core'
import type { BodyDeclaration, Operation } from '@modkit/core/spi'
import type { ComponentStore } from './component-store.js'
import { examplesOf } from './examples.js'
import { bodySchemas, fieldSchemas } from './operation-schemas.js'

const FORM_CONTENT_TYPE = 'multipart/form-data'

/** What an operation takes as its body, as OpenAPI 3.1 says it; `undefined` where it takes none. */
export function requestBodyOf(operation: Operation, components: ComponentStore): object | undefined {
  const { body, openBody } = operation
  if (body) return schemaBody(operation, body, components)
  if (openBody === undefined) return undefined
  if (openBody.kind === 'form')
    return {
      required: true,
      content: { [FORM_CONTENT_TYPE]: formOf(operation, openBody.parts.files ?? {}, components) },
    }
  // Of bytes the media type says it all (OpenAPI 3.1, "Considerations for File Uploads").
  return { required: true, content: Object.fromEntries(openBody.contentTypes.map((type) => [type, {}])) }
}

function schemaBody(operation: Operation, body: BodyDeclaration, components: ComponentStore): object {
  const [used] = bodySchemas(operation)
  const content = { ...(used && { schema: components.localize(used.schema, used.use) }), ...examplesOf(body) }
  return {
    ...(body.description !== undefined && { description: body.description }),
    required: !body.optional,
    content: Object.fromEntries(body.contentTypes.map((type) => [type, content])),
  }
}

function formOf(operation: Operation, files: Readonly<Record<string, FormFile>>, components: ComponentStore): object {
  const declared = fieldSchemas(operation)
  const fields = declared.map(({ name, schema, use }) => [name, components.localize(schema, use)] as const)
  const fileProperties = Object.entries(files).map(([name, file]) => [name, fileSchema(file)] as const)
  const required = [
    ...declared.flatMap(({ name, isRequired }) => (isRequired ? [name] : [])),
    ...Object.entries(files).flatMap(([name, { optional }]) => (optional === true ? [] : [name])),
  ]
  const encodings = Object.entries(files).flatMap(([name, { contentTypes }]) =>
    contentTypes ? [[name, { contentType: contentTypes.join(', ') }] as const] : [],
  )
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries([...fields, ...fileProperties]),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    ...(encodings.length > 0 && { encoding: Object.fromEntries(encodings) }),
  }
}

function fileSchema({ description, maxCount = 1 }: FormFile): object {
  const said = description === undefined ? {} : { description }
  const file = { type: 'string', format: 'binary' }
  return maxCount === 1 ? { ...file, ...said } : { type: 'array', items: file, maxItems: maxCount, ...said }
}
