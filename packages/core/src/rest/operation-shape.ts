/** What the compiler knows of an operation while it is being declared. Exists in types only. */
export interface OperationShape {
  readonly path: string
  readonly auth: 'undecided' | 'public' | 'authenticated'
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
  /** Body by status. */
  readonly responses: object
}

/** The shape with one thing said anew. */
export type WithPart<S extends OperationShape, K extends keyof OperationShape, V> = {
  readonly [Part in keyof OperationShape]: Part extends K ? V : S[Part]
} extends infer Next extends OperationShape
  ? Next
  : never
