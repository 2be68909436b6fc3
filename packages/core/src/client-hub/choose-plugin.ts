import { HostError } from '../errors/host-error.js'

/** What a plugin says about one of its instances when it registers. */
export interface PluginRecord {
  /** The id of the instance; also the scope of its client. */
  readonly id: string
  readonly vendor: string
  /** An integer of 16 bits. The lowest wins. */
  readonly priority: number
  readonly properties?: Readonly<Record<string, unknown>>
}

/** A record as it was found: nobody has checked yet that it is a {@link PluginRecord}. */
export interface PluginCandidate {
  readonly id: string
  readonly content: unknown
}

const MIN_PRIORITY = -(2 ** 15)
const MAX_PRIORITY = 2 ** 15 - 1

/**
 * The instance of a vendor's plugins with the lowest priority; of equals, the one that comes first.
 *
 * @throws HostError `PLUGIN_INVALID` when the record of any candidate, of whichever vendor, is not legal;
 * `PLUGIN_NOT_FOUND` when the vendor has none
 */
export function choosePlugin(candidates: Iterable<PluginCandidate>, vendor: string): PluginRecord {
  const records = Array.from(candidates, parseRecord)
  const ofVendor = records.filter((record) => record.vendor === vendor)
  const [first, ...others] = ofVendor
  if (!first) {
    throw new HostError('PLUGIN_NOT_FOUND', { vendor, vendors: [...new Set(records.map((record) => record.vendor))] })
  }
  return others.reduce((best, record) => (record.priority < best.priority ? record : best), first)
}

function parseRecord({ id, content }: PluginCandidate): PluginRecord {
  const reason = problemOf(content, id)
  if (reason !== undefined) throw new HostError('PLUGIN_INVALID', { id, reason })
  // problemOf looked at every field.
  return content as PluginRecord
}

function problemOf(content: unknown, id: string): string | undefined {
  if (!isObject(content)) return 'its record is not an object'
  const { id: contentId, vendor, priority, properties } = content
  if (contentId !== id) return `content.id mismatch: it says ${quoted(contentId)}`
  if (typeof vendor !== 'string' || vendor === '') return '"vendor" is not a text'
  if (!isPriority(priority))
    return `"priority" is not an integer from ${String(MIN_PRIORITY)} to ${String(MAX_PRIORITY)}`
  if (properties !== undefined && !isObject(properties)) return '"properties" is not an object'
  return undefined
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : typeof value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPriority(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= MIN_PRIORITY && Number(value) <= MAX_PRIORITY
}
