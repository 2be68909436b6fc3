import type protobuf from 'protobufjs'
import { fullNameOf, messagesOf } from './reflection.js'

/** What a service may choose of the shape of its messages. */
export interface MessageShape {
  /** 64-bit integers as decimal texts or bigints; a number would lose digits beyond 2^53. */
  readonly int64: 'string' | 'bigint'
}

/** The message that stands as a `Date` in JavaScript. */
export const TIMESTAMP = 'google.protobuf.Timestamp'

/**
 * How messages look in JavaScript, everywhere: nobody may choose otherwise, because a caller must find the same whether the
 * service is in its process or not. `modkit-grpc gen` writes types of this shape.
 */
export function conversionOf({ int64 }: MessageShape): protobuf.IConversionOptions {
  return {
    longs: int64 === 'bigint' ? BigInt : String,
    /** Enums by their names. */
    enums: String,
    /** Fields that were not sent have their default values; lists and maps are there, empty; a message is null. */
    defaults: true,
    /** The name of the field that is set, under the name of the oneof. */
    oneofs: true,
  }
}

/**
 * Gives the messages of a proto file the shape that protobufjs has no option for: timestamps are Dates, and of an `optional`
 * field nothing is left but whether it is there.
 */
export function shapeMessages(root: protobuf.Root): void {
  for (const message of messagesOf(root)) {
    if (fullNameOf(message) === TIMESTAMP) convertTimestamps(message)
    else hideSyntheticOneofs(message)
  }
}

interface Timestamp {
  readonly seconds: protobuf.Long | number
  readonly nanos: number
}

const MILLISECONDS = 1_000
const NANOS_PER_MILLISECOND = 1_000_000

function convertTimestamps(message: protobuf.Type): void {
  // Once the codecs are made, what they call for messages within messages can be replaced.
  message.setup()
  message.toObject = (timestamp) => {
    // Every message of this type has the two fields.
    const { seconds, nanos } = timestamp as unknown as Timestamp
    return new Date(Number(seconds) * MILLISECONDS + Math.floor(nanos / NANOS_PER_MILLISECOND))
  }
  message.fromObject = (value: unknown) => {
    const time = value instanceof Date ? value.getTime() : NaN
    if (Number.isNaN(time)) throw new TypeError(`.${TIMESTAMP}: a valid Date expected`)
    const seconds = Math.floor(time / MILLISECONDS)
    return message.create({ seconds, nanos: (time - seconds * MILLISECONDS) * NANOS_PER_MILLISECOND })
  }
}

/** protobufjs takes an optional field for a oneof of its own, and would show that. */
function hideSyntheticOneofs(message: protobuf.Type): void {
  const synthetic = message.oneofsArray.filter((oneof) => oneof.isProto3Optional).map((oneof) => oneof.name)
  if (synthetic.length === 0) return
  message.setup()
  const toObject = message.toObject.bind(message)
  message.toObject = (value, options) => {
    const object = toObject(value, options) as Record<string, unknown>
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- its names are those of the proto file
    for (const name of synthetic) delete object[name]
    return object
  }
}
