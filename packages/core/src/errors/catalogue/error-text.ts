/** What an error says: to the person who reads it, and what to do next. */
export interface ErrorText {
  readonly message: string
  readonly hint?: string | undefined
}
