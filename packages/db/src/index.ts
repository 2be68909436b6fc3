// The databases of a host's modules: one each, opened by configuration and migrated on Knex.

export { mergedDatabases } from './config/resolve-databases.js'
export { createDatabaseManager } from './database-manager.js'
export { loadMigrations, migrationsFrom, type MigrationModule } from './migrations/migrations-from.js'
