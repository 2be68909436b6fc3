// What goes wrong with a database; these need one.
const file = 'src/modules/notes/notes-migrations.ts'

export const migrationMistakes = [
  {
    title: 'a migration that was changed after it had run',
    edits: [],
    before: ['modkit', 'migrate'],
    then: [[file, '1000', '2000']],
    command: ['migrate'],
    code: 'MIGRATION_EDITED',
    names: ['"001-notes"', '"notes"', 'new migration'],
  },
  {
    title: 'a migration that fails',
    edits: [[file, `createTable('notes'`, `alterTable('notes'`]],
    command: ['migrate'],
    code: 'MIGRATION_FAILED',
    names: ['"001-notes"', '"notes"', 'no such table'],
  },
]
