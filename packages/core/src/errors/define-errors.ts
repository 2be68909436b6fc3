import { read } from './error-json.js'
import { HostError, type HostErrorOptions } from './host-error.js'

/** One error of a module's own contract. */
export interface ContractErrorEntry<D> {
  /** HTTP status with which the gateway answers. Default 500. */
  readonly status?: number
  /** The message, a sentence. */
  readonly message: string | ((details: D) => string)
  /** What to do next. */
  readonly hint?: string | ((details: D) => string)
}

// The details of an entry stand in a contravariant place, so `never` is the type that every entry's function accepts.
type Entries = Readonly<Record<string, ContractErrorEntry<never>>>

type DetailsOfEntry<E> =
  E extends ContractErrorEntry<infer D>
    ? unknown extends D
      ? Readonly<Record<string, unknown>> | undefined
      : D
    : never

/** An error of a module's own contract. Keeps `code`, `message` and `details` across process boundaries. */
export interface ContractError<C extends string, D> extends Error, Omit<HostError, 'code' | 'details' | keyof Error> {
  readonly code: C
  readonly details: D
  /** HTTP status with which the gateway answers. */
  readonly status: number
}

/** A catalogue made by {@link defineErrors}: a constructor per code, and a guard. */
export type ContractErrors<E extends Entries> = {
  readonly [C in keyof E & string]: (...args: ContractErrorArguments<E[C]>) => ContractError<C, DetailsOfEntry<E[C]>>
} & {
  /** Whether `error` itself, a cause or a collected problem has this code of the catalogue. */
  is(error: unknown, code: keyof E & string): boolean
}

type ContractErrorArguments<E> =
  undefined extends DetailsOfEntry<E>
    ? [details?: DetailsOfEntry<E>, options?: Pick<HostErrorOptions, 'cause'>]
    : [details: DetailsOfEntry<E>, options?: Pick<HostErrorOptions, 'cause'>]

/** The status of errors defined by a contract, by the code; kept beside the error so that its JSON stays the same everywhere. */
const STATUS = Symbol.for('modkit:error-status')

/**
 * The errors of a module's own contract.
 *
 * ```ts
 * export const userErrors = defineErrors({
 *   USER_NOT_FOUND: { status: 404, message: (d: { id: string }) => `There is no user "${d.id}".` },
 * })
 * throw userErrors.USER_NOT_FOUND({ id })
 * ```
 */
export function defineErrors<const E extends Entries>(entries: E): ContractErrors<E> {
  const constructors = Object.entries(entries).map(([code, entry]) => [code, constructorOf(code, entry)])
  const is = (error: unknown, code: string): boolean => HostError.is(error, code)
  // The loop above makes exactly the members that the mapped type names.
  return Object.freeze({ ...Object.fromEntries(constructors), is }) as ContractErrors<E>
}

function constructorOf(code: string, entry: ContractErrorEntry<never>) {
  return (details?: unknown, options: Pick<HostErrorOptions, 'cause'> = {}): HostError => {
    const say = (text: string | ((details: never) => string) | undefined) =>
      typeof text === 'function' ? text(details as never) : text
    const text = { message: say(entry.message) ?? code, hint: say(entry.hint) }
    return contractError(code, details, { ...options, text, status: entry.status ?? 500 })
  }
}

/** An error of some contract, for whoever has it from elsewhere: the catalogue itself need not be at hand. */
export function contractError(
  code: string,
  details: unknown,
  { status, ...options }: HostErrorOptions & { readonly status: number },
): HostError {
  const error = new HostError(code, details, options)
  Object.defineProperty(error, STATUS, { value: status })
  Object.defineProperty(error, 'status', { value: status, enumerable: false })
  return error
}

/** The HTTP status that a contract's error carries, if `error` is one. */
export function contractStatusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null ? read(error, STATUS) : undefined
  return typeof status === 'number' ? status : undefined
}
