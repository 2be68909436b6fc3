import { HostError } from '@modkit/core'
import { type ConfigDump, formatDump } from '@modkit/core/spi'
import { dumpBelow } from '../application/dump-parts.js'
import { type CommandDefinition, type Invocation, type Outcome, textOption } from '../command-line/command.js'
import { appArgs, inspectApplication, problemsOutcome, timeoutOption } from './inspection.js'

/** The configuration as the host sees it. */
export const config: CommandDefinition = {
  name: 'config',
  summary: 'print every effective value of the configuration and where it comes from; secrets are hidden',
  args: [appArgs],
  options: [timeoutOption, { flags: '--only <path>', description: 'what is below a key, such as modules.users' }],
  examples: ['modkit config', 'modkit config --only modules.api-gateway', 'modkit config --json'],
  run: printConfig,
}

async function printConfig(invocation: Invocation): Promise<Outcome> {
  const path = textOption(invocation.options, 'only')
  const inspected = await inspectApplication(invocation)
  const dump = inspected.inspection.config
  if (!dump) return problemsOutcome(inspected, invocation)
  const part = path === undefined ? dump : partOf(dump, path)
  return { text: formatDump(part, 'yaml'), json: JSON.parse(formatDump(part, 'json')) }
}

function partOf(dump: ConfigDump, path: string): ConfigDump {
  let part = dump
  for (const key of path.split('.')) {
    const next = dumpBelow(part, key)
    if (!next)
      throw new HostError('CONFIG_PATH_UNKNOWN', { path, key, known: 'map' in part ? Object.keys(part.map) : [] })
    part = next
  }
  return part
}
