import Transport from 'winston-transport'
import { messageOf } from '../errors/error-json.js'
import { verbosity } from './levels.js'
import type { LogRecord } from './log-record.js'
import type { LogRoute, LogTarget } from './routes.js'

/** What travels through winston: a record that knows where it goes. */
export interface RoutedRecord extends LogRecord {
  readonly route: LogRoute
}

/**
 * Winston's way to our sinks. Winston writes to its transports as to streams, and behind the `write` of a stream there
 * is a queue without bounds: so this one hands each record over at once, to sinks that have bounds.
 */
export class SinkTransport extends Transport {
  override write(record: unknown): boolean {
    // The root logger is the only one who writes here.
    this.log(record as RoutedRecord, done)
    return true
  }

  override log(record: RoutedRecord, next: () => void): void {
    for (const target of record.route.targets) deliver(record, target)
    next()
  }
}

const done = (): void => undefined

function deliver(record: LogRecord, { sink, threshold }: LogTarget): void {
  if (verbosity[record.level] > threshold) return
  try {
    sink.accept(record)
  } catch (error) {
    // A field that cannot be read must not fail whoever logs it; the rest of the line is still worth having.
    sink.accept({ ...record, fields: { unreadable: messageOf(error) } })
  }
}
