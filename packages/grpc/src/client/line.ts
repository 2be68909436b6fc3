import type { Client, Metadata } from '@grpc/grpc-js'

/** How a call reaches the service. */
export interface Line {
  /** @throws HostError `CLIENT_UNAVAILABLE` when the host does not run */
  client(): Client
  /** What goes along with a call that begins now. */
  metadata(): Metadata
  /** The calls that are under way, to be cancelled when the host stops. */
  readonly calls: Set<{ cancel(): void }>
  /** The error for the callers of calls that the host's stop has cancelled; `undefined` while it runs. */
  cut(): Error | undefined
}
