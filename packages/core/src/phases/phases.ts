import { construct } from './00-construct.js'
import { preInit } from './01-pre-init.js'
import { db } from './02-db.js'
import { init } from './03-init.js'
import { postInit } from './04-post-init.js'
import { rest } from './05-rest.js'
import { grpc } from './06-grpc.js'
import { start } from './07-start.js'
import { oopSpawn } from './08-oop-spawn.js'
import type { Phase } from './phase.js'

/** From nothing to running, in this order. Phase 9 is waiting, phase 10 is `10-stop.ts`. */
export const startPhases: readonly Phase[] = [construct, preInit, db, init, postInit, rest, grpc, start, oopSpawn]

/** What `migrate()` runs. */
export const migrationPhases: readonly Phase[] = [construct, preInit, db]
