import { randomBytes } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether `text` has the form of a UUID, of any version. */
export function isUuid(text: string | undefined): text is string {
  return text !== undefined && UUID.test(text)
}

/** A new UUID of version 7 (RFC 9562): 48 bits of time, then random ones, so that ids sort by when they were made. */
export function uuidV7(epochMs: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Math.floor(epochMs), 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
