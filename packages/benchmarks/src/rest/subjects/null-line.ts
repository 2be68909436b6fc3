import { Writable } from 'node:stream'

/** What a log costs without a disk. */
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done(), decodeStrings: false })

/** Writes one line of a log to nowhere. */
export function nullLine(record: object): void {
  nowhere.write(`${JSON.stringify(record)}\n`)
}
