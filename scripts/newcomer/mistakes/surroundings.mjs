// What is wrong around the program.
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Takes the port that the application asks for. */
async function occupyPort({ replace }) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  replace('config/app.yaml', /bind_addr: [\d.:]+/, `bind_addr: 127.0.0.1:${server.address().port}`)
  return () => server.close()
}

const compiled = [
  ['tsconfig.json', 'es2022', 'esnext'],
  ['package.json', '"entry": "src/main.ts"', '"entry": "dist/main.js"'],
]

export const surroundingMistakes = [
  {
    title: 'a port that is in use',
    edits: [],
    prepare: occupyPort,
    command: ['run'],
    code: 'BIND_FAILED',
    names: ['"api-gateway"', 'in use', '127.0.0.1:'],
  },
  {
    title: 'a port that is in use, by the doctor',
    edits: [],
    prepare: occupyPort,
    command: ['doctor'],
    names: ['"api-gateway"', 'another program listens there', '127.0.0.1:'],
  },
  {
    title: 'settings by which decorators are not compiled',
    edits: compiled,
    before: ['tsc'],
    command: ['check'],
    code: 'APP_ENTRY_FAILED',
    names: ['dist/main.js', 'decorators', 'es2022'],
  },
  {
    title: 'settings by which decorators are not compiled, by the doctor',
    edits: compiled.slice(0, 1),
    command: ['doctor'],
    names: ['tsconfig.json', 'esnext', '"target": "es2022"'],
  },
]
