import type { ModuleManager, ServiceEndpoint } from '@modkit/core/spi'
import { Bell } from './bell.js'

/** Where a service is: at once, then whenever that has changed. Ends when `signal` aborts. */
export async function* watchEndpoints(
  manager: ModuleManager,
  service: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ServiceEndpoint[], void, void> {
  const bell = new Bell()
  const unsubscribe = manager.onOffersChanged((services) => {
    if (services.has(service)) bell.ring()
  })
  try {
    yield* changesOf(() => manager.endpointsOf(service), { bell, signal })
  } finally {
    unsubscribe()
  }
}

/** What `read` gives: at once, and whenever the bell has rung and it gives something else. Quick changes become one. */
export async function* changesOf(
  read: () => readonly ServiceEndpoint[] | undefined,
  { bell, signal }: { readonly bell: Bell; readonly signal: AbortSignal | undefined },
): AsyncGenerator<readonly ServiceEndpoint[], void, void> {
  let last: string | undefined
  while (signal?.aborted !== true) {
    const endpoints = read()
    const print = endpoints && fingerprint(endpoints)
    if (endpoints && print !== last) {
      last = print
      yield endpoints
    }
    await bell.wait(signal)
  }
}

/** Equal for lists that send callers to the same places, whatever their order. */
function fingerprint(endpoints: readonly ServiceEndpoint[]): string {
  return endpoints
    .map(({ instanceId, endpoint }) => `${instanceId} ${endpoint}`)
    .sort()
    .join('\n')
}
