import type { Bar, Bench, BenchOptions } from '../bench.js'
import { dbChoiceOf } from './choice.js'
import { printDbProfiles } from './db-profiles.js'
import { dbBars, dbReport } from './db-report.js'
import { dbRounds } from './db-rounds.js'
import { enginesThatAnswer } from './places/engines.js'

/** The same statements through a module's database, through bare Knex and through the bare driver. */
export const dbBench: Bench = {
  name: 'db',
  about: 'queries, transactions and a bulk import through ctx.db, bare Knex and the bare driver, engine by engine',
  async run({ only, rounds }: BenchOptions, print): Promise<readonly Bar[]> {
    const { engines: names, operations, profile } = dbChoiceOf(only)
    const engines = await enginesThatAnswer(names, ({ engine, variable, dsn }) =>
      print(`No ${engine} answers at ${new URL(dsn).host}; name one by ${variable}.`),
    )
    const bars: Bar[] = []
    for (const engine of engines) {
      if (profile) {
        await printDbProfiles(engine, operations, print)
        continue
      }
      const results = await dbRounds(engine, { names: operations, rounds })
      print(dbReport(engine.name, results))
      bars.push(...dbBars(engine.name, results))
    }
    return bars
  },
}
