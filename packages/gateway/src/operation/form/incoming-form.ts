import type { BusboyInstance } from '@fastify/busboy'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Problem, type FormFieldPart, type FormFilePart } from '@modkit/core'
import { toError } from '@modkit/core/spi'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import type { Texts } from '../../schema/text/value-reading.js'
import { limitedBytes } from '../body/limited-bytes.js'
import { StreamedBytes } from '../body/incoming-bytes.js'
import { refused, refuseMissing, type FormRules } from './form-rules.js'
import { PartQueue, type FoundField, type FoundPart } from './part-queue.js'

/** The text of one field. */
const LARGEST_FIELD = 1_024 * 1_024

/** Of one field that is a list: each costs far more than its bytes. */
const MOST_ITEMS = 10_000

type FoundFile = Extract<FoundPart, { kind: 'file' }>

/**
 * The parts of a form as they arrive, each legal by the rules.
 *
 * @throws Problem 400 for what is no form, 413 for what is too long, 422 for parts that the rules do not have, or lack
 */
export async function* incomingForm(
  request: IncomingMessage,
  rules: FormRules,
  limitBytes: number,
): AsyncGenerator<FormFieldPart | FormFilePart> {
  const queue = new PartQueue()
  const parser = await parserFor(request, queue)
  // Never rejects: what ends it is the queue's end.
  void feed(limitedBytes(request, limitBytes), parser, queue)
  const come = new Map<string, number>()
  let open: Readable | undefined
  try {
    for (let part = await queue.next(); part !== undefined; part = await queue.next()) {
      if (part.kind === 'file' && (await isNoFile(part))) continue
      const count = (come.get(part.name) ?? 0) + 1
      come.set(part.name, count)
      if (part.kind === 'file') {
        open = part.stream
        yield fileOf(part, rules.fileLimit(part.name, part.contentType, count))
        open.resume()
      } else yield await fieldOf(await gathered(part, queue, rules), rules, count)
    }
    yield* await absentFields(rules, come)
  } finally {
    open?.resume()
    queue.skipRest()
  }
}

/** A field with the texts of all its parts. */
interface GatheredField {
  readonly name: string
  readonly texts: Texts
}

/** A list is made of the parts that follow each other under its name, as every form sends them. */
async function gathered(first: FoundField, queue: PartQueue, rules: FormRules): Promise<GatheredField> {
  const { name } = first
  const text = wholeText(first)
  if (!rules.isList(name)) return { name, texts: text }
  const texts = [text]
  for (let part = await queue.nextField(name); part !== undefined; part = await queue.nextField(name)) {
    if (texts.push(wholeText(part)) > MOST_ITEMS) throw gatewayProblems.tooManyFields(MOST_ITEMS)
  }
  return { name, texts }
}

function wholeText({ name, text, isCut }: FoundField): string {
  if (isCut) throw gatewayProblems.fieldTooLarge(name, LARGEST_FIELD)
  return text
}

async function fieldOf({ name, texts }: GatheredField, rules: FormRules, count: number): Promise<FormFieldPart> {
  if (count > 1) throw refused(name, rules.isList(name) ? 'it comes twice, with others in between' : 'it comes twice')
  return { kind: 'field', name, value: await rules.fieldValue(name, texts) }
}

/** The fields that have a value although they have not come: their schemas' defaults. */
async function absentFields(rules: FormRules, come: ReadonlyMap<string, number>): Promise<FormFieldPart[]> {
  const { fields, files } = rules.missing(come)
  refuseMissing(files)
  const parts: FormFieldPart[] = []
  for (const name of fields) {
    const value = await rules.fieldValue(name, undefined)
    if (value !== undefined) parts.push({ kind: 'field', name, value })
  }
  return parts
}

/** What a browser sends for an input of files where none was chosen (HTML, "Constructing the entry list", step for file uploads). */
async function isNoFile({ filename, stream }: FoundFile): Promise<boolean> {
  // The parser has no name where the name is empty.
  if (filename !== undefined && filename !== '') return false
  await new Promise<void>((resolve) => {
    // The last is of a body that ends early: who reads on is told.
    for (const event of ['readable', 'end', 'close']) stream.once(event, () => resolve())
  })
  if (stream.readableLength > 0 || stream.errored !== null) return false
  stream.resume()
  return true
}

/** A file whose bytes are counted as they are taken. */
function fileOf({ name, filename, contentType, stream }: FoundFile, limitBytes: number): FormFilePart {
  const bytes = new StreamedBytes(contentType, fileBytes(stream, name, limitBytes))
  return Object.assign(bytes, { kind: 'file' as const, name, filename })
}

async function* fileBytes(stream: Readable, name: string, limitBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>) {
      length += chunk.length
      if (length > limitBytes) throw gatewayProblems.fileTooLarge(name, limitBytes)
      yield chunk
    }
  } catch (error) {
    throw Problem.is(error) ? error : gatewayProblems.bodyMalformed('The body ended before it was complete.')
  } finally {
    stream.resume()
  }
}

/** @throws Problem 400 */
async function parserFor({ headers }: IncomingMessage, queue: PartQueue): Promise<BusboyInstance> {
  // Only forms need it.
  const { Busboy } = await import('@fastify/busboy')
  let parser: BusboyInstance
  try {
    const contentType = headers['content-type'] ?? ''
    parser = new Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: LARGEST_FIELD } })
  } catch {
    // What it objects to is the type, which has no boundary.
    throw gatewayProblems.bodyMalformed('The body is a form without a boundary.')
  }
  // The parser's own order.
  // eslint-disable-next-line @typescript-eslint/max-params
  parser.on('field', (name, text, _, isCut) => queue.push({ kind: 'field', name, text, isCut }))
  // eslint-disable-next-line @typescript-eslint/max-params -- the same
  parser.on('file', (name, stream, filename, _, contentType) => {
    queue.push({ kind: 'file', name, stream, filename, contentType })
  })
  parser.on('finish', () => queue.close('complete'))
  parser.on('error', () => queue.close({ error: gatewayProblems.bodyMalformed('The body is no form.') }))
  return parser
}

/** Gives the parser what arrives, no faster than it and whoever takes its files can bear. */
async function feed(chunks: AsyncIterable<Buffer>, parser: BusboyInstance, queue: PartQueue): Promise<void> {
  try {
    for await (const chunk of chunks) {
      await written(parser, chunk)
      if (parser.destroyed) return
    }
    parser.end()
  } catch (error) {
    queue.close({ error: toError(error) })
    parser.destroy()
  }
}

/** Resolves when the parser wants more, or never will. */
function written(parser: BusboyInstance, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      parser.off('close', done)
      resolve()
    }
    parser.on('close', done)
    parser.write(chunk, done)
  })
}
