import { parseDocument } from 'yaml'

/** A YAML configuration in which a module has a SQLite database, unless it has one already. Comments stay. */
export function withDatabase(text: string, module: string): string {
  const document = parseDocument(text)
  if (document.errors.length > 0 || document.hasIn(['modules', module, 'database'])) return text
  const database = document.createNode({ engine: 'sqlite', file: `${module}.db` }, { flow: true })
  document.setIn(['modules', module, 'database'], database)
  return document.toString({ lineWidth: 0 })
}
