import { parse, type ParsedUrlQuery } from 'node:querystring'

/** Node drops what comes behind the first 1,000 pairs unless told otherwise, and tells nobody. */
const ALL_PAIRS = { maxKeys: 0 }

/** The texts of a query, or of a form: all of them. */
export function queryValues(search: string): ParsedUrlQuery {
  // Without a prototype, so that no name of a client's can reach one.
  return parse(search, undefined, undefined, ALL_PAIRS)
}
