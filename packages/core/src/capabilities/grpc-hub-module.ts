/** Capability `grpc_hub`: the one module of a host that serves the gRPC services of all others. */
export interface GrpcHubModule {
  /** Where the hub listens, as a client dials it (`http://127.0.0.1:50051`); `undefined` until it does. Synchronous. */
  boundEndpoint(): string | undefined
  /** Stop accepting and finish what is in flight, before any module stops. When `deadline` aborts, cut what is left. */
  drain?(deadline: AbortSignal): void | Promise<void>
}
