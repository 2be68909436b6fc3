/** Whose operations a `RestApi` collects. */
export interface RestOwner {
  readonly module: string
  /** Whether the module serves. False from the moment an optional module has failed: its operations answer 503. */
  readonly available: boolean
}
