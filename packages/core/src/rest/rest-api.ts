export interface RestApi {
  mount(path: string, handler: unknown): void
}
