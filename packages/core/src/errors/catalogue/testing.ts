import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, inScope, list } from './entry.js'

/** Tests of modules and hosts that say too little, or leave something behind. */
export const testingErrors = {
  CLIENT_NOT_MOCKED: entry<{ module: string; client: string; scope?: string }>(
    (d) => `Module "${d.module}" asked for the client "${d.client}"${inScope(d.scope)}, which its test does not mock.`,
    (d) =>
      d.scope === undefined
        ? `Write .mock(key, fake) with the key of "${d.client}" before init().`
        : `Write .mockScoped(key, '${d.scope}', fake) with the key of "${d.client}" before init().`,
  ),
  DATABASE_NOT_MOCKED: entry<{ module: string }>(
    (d) => `Module "${d.module}" asked for its database, which its test does not give it.`,
    () =>
      'Write .withDatabase(database), mock the provider that asks for it, or use createTestHost, which has real ones.',
  ),
  GATEWAY_NOT_LISTENING: entry<{ reason: string }>(
    (d) => `The test host answers no requests: ${d.reason}.`,
    () => 'Add ApiGateway of @modkit/gateway to its modules, and await start() first.',
  ),
  HOST_LEFT_OPEN: entry<{ leaks: readonly { readonly what: string; readonly where: string }[] }>(
    (d) => `The test host left open: ${d.leaks.map(({ what, where }) => `${what}, made at ${where}`).join('; ')}.`,
    () =>
      "Close it in the stop() of what made it. A test that is about just that says leaks: 'ignore' to createTestHost.",
  ),
  HOST_STOPPED_BADLY: entry<{ troubles: readonly string[] }>(
    (d) => `The test host did not stop in order: ${d.troubles.join('; ')}.`,
    () => 'Mend the stop of what is named, or call stop() yourself where its failure is what the test is about.',
  ),
  MOCK_UNUSED: entry<{ token: string; known: readonly string[]; suggestions: readonly string[] }>(
    (d) => `The mock of ${d.token} replaces nothing: no module of the test host has a provider for it.`,
    (d) => `${didYouMean(d.suggestions)} Mock one of the providers ${list(d.known)}, or remove the mock.`,
  ),
  PLACEMENT_FAILED: entry<{ client: string; entry: string; reason: string; lines: readonly string[] }>(
    (d) =>
      `The process that was to serve "${d.client}" did not get ready${d.lines.length === 0 ? ' and said nothing' : `, and said:\n  ${d.lines.join('\n  ')}\nThis is how it ended`}: ${d.reason}.`,
    (d) =>
      `Let "${d.entry}" call runAsChild({ modules, mocks }), or createHost({ modules }).run(), with the same modules.`,
  ),
  PLACEMENT_IMPOSSIBLE: entry<{ client: string; reasons: readonly string[] }>(
    (d) => `The client "${d.client}" cannot be placed: ${d.reasons.join('; ')}.`,
    () =>
      'Correct what is named: describePlacements needs a key with a proto service, the module that provides it, a hub such as GrpcHub, and an entry that a process of its own can run.',
  ),
  PLACEMENT_NOT_THERE: entry<{ client: string; what: string }>(
    (d) => `The ${d.what} of the placement of "${d.client}" is there only while its tests run.`,
    () => 'Ask for it inside of a test, or of a hook that runs before each.',
  ),
  PROVIDER_NOT_MOCKED: entry<{ module: string; token: string }>(
    (d) => `Module "${d.module}" injects ${d.token}, for which it has no provider and its test no mock.`,
    (d) => `Write .mock(${d.token}, fake) before init(), or add ${d.token} to the providers of "${d.module}".`,
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
