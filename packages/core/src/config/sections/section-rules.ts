import type { Rule, SectionRule } from './rule.js'
import { readBoolean, readNumber } from './text-readings.js'

const text: Rule = { kind: 'text' }
const anything: Rule = { kind: 'anything' }
const boolean: Rule = { kind: 'boolean' }
const level: Rule = { kind: 'choice', words: ['trace', 'debug', 'info', 'warn', 'error', 'off', 'none'] }
const asNumber: Rule = { kind: 'reading', read: readNumber }
const asBoolean: Rule = { kind: 'reading', read: readBoolean }

const loggingSection: SectionRule = {
  kind: 'section',
  keys: {
    console_format: { kind: 'choice', words: ['text', 'json'] },
    console_level: level,
    file: text,
    file_level: level,
    max_age_days: { kind: 'number', min: 0 },
    max_backups: { kind: 'number', min: 0 },
    max_size_mb: { kind: 'number', min: 0 },
  },
}

/** Connections belong to the database package, which knows what goes together; here only texts are read as what they are. */
const connection: SectionRule = {
  kind: 'section',
  open: true,
  keys: {
    port: asNumber,
    pool: {
      kind: 'section',
      open: true,
      keys: { max_conns: asNumber, min_conns: asNumber, test_before_acquire: asBoolean },
    },
  },
}

const duration: Rule = { kind: 'duration' }

const restart: SectionRule = {
  kind: 'section',
  keys: {
    policy: { kind: 'choice', words: ['never', 'on_failure', 'always'] },
    max_restarts: { kind: 'number', min: 0 },
    window: duration,
    backoff: duration,
    max_backoff: duration,
  },
  shorthand: 'policy',
}

const runtime: SectionRule = {
  kind: 'section',
  keys: {
    type: { kind: 'choice', words: ['local', 'oop'] },
    backend: text,
    instances: { kind: 'number', min: 1 },
    restart,
    execution: {
      kind: 'section',
      keys: {
        executable_path: text,
        args: { kind: 'list', item: text },
        working_directory: text,
        environment: { kind: 'named', each: text },
      },
      required: ['executable_path'],
    },
  },
}

/** One entry under `modules`. */
export const moduleEntryRule: SectionRule = {
  kind: 'section',
  keys: {
    config: anything,
    database: connection,
    runtime,
    enabled: boolean,
    metadata: anything,
  },
}

/** The whole configuration; what stands in a module's entry is checked entry by entry. */
export const configRule: SectionRule = {
  kind: 'section',
  keys: {
    server: { kind: 'section', keys: { home_dir: text } },
    logging: { kind: 'named', each: loggingSection, spelling: 'kebab' },
    tracing: { kind: 'section', open: true, keys: { enabled: boolean } },
    database: {
      kind: 'section',
      open: true,
      keys: { auto_provision: asBoolean, servers: { kind: 'named', each: connection } },
    },
    modules_dir: text,
    modules: { kind: 'named', each: anything },
  },
}

/** The same with the modules' entries: what the names of environment variables can mean. */
export const placementRule: SectionRule = {
  ...configRule,
  keys: { ...configRule.keys, modules: { kind: 'named', each: moduleEntryRule, spelling: 'kebab' } },
}
