import type { CommandDefinition } from '../command-line/command.js'
import { check } from './check.js'
import { config } from './config.js'
import { dev } from './dev.js'
import { doctor } from './doctor.js'
import { explain } from './explain.js'
import { graph } from './graph.js'
import { migrate } from './migrate.js'
import { newApp } from './new-app.js'
import { newModule } from './new-module.js'
import { routes } from './routes.js'
import { run } from './run.js'

/** Every command, in the order of the help. */
export const commands: readonly CommandDefinition[] = [
  newApp,
  newModule,
  run,
  dev,
  migrate,
  check,
  graph,
  routes,
  config,
  doctor,
  explain,
]
