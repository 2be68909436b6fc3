import type { LogRecord } from './log-record.js'
import { plainFields, plainValue } from './plain-fields.js'

/** One JSON object: `time`, `level`, `module`, `message` and, where there are any, `fields`. */
export function formatJson(record: LogRecord): string {
  const { level, module, message } = record
  const fields = plainFields(record.fields)
  return JSON.stringify({
    time: new Date(record.time).toISOString(),
    level,
    module,
    message: plainValue(message),
    ...(Object.keys(fields).length > 0 && { fields }),
  })
}
