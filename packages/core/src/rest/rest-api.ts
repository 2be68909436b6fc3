import type { RequestHandler } from 'express'
import type { OperationBegun } from './operation-states.js'

/**
 * Where a module declares its operations.
 *
 * Each method begins one; the chain names who may call, what comes in and what goes out, and ends with `.handle(...)`.
 * Paths are literal segments, `{name}` for one segment, and `{*name}` for all that is left.
 */
export interface RestApi {
  /** Begins an operation of GET, which answers HEAD, too. */
  get<const Path extends string>(path: Path): OperationBegun<Path>
  /** Begins an operation of POST. */
  post<const Path extends string>(path: Path): OperationBegun<Path>
  /** Begins an operation of PUT. */
  put<const Path extends string>(path: Path): OperationBegun<Path>
  /** Begins an operation of PATCH. */
  patch<const Path extends string>(path: Path): OperationBegun<Path>
  /** Begins an operation of DELETE. */
  delete<const Path extends string>(path: Path): OperationBegun<Path>
  /** Begins an operation of HEAD, in place of the one that GET answers. */
  head<const Path extends string>(path: Path): OperationBegun<Path>
  /** Begins an operation of OPTIONS. */
  options<const Path extends string>(path: Path): OperationBegun<Path>
  /**
   * Serves everything under `path` with an Express handler or router, outside of all that operations promise. A mount
   * must not cover the path of an operation.
   */
  mount(path: string, handler: RequestHandler): void
}
