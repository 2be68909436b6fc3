// Operations that do not fit together, or are not finished.
const notes = 'src/modules/notes/notes.module.ts'
const hello = 'src/modules/hello/hello.module.ts'

export const routeMistakes = [
  {
    title: 'one route in two modules',
    edits: [
      [hello, `.get('/hello/v1/{name}')`, `.get('/notes/v1/items')`],
      [hello, '.params(Name)\n', ''],
      [hello, '({ params }) => ({ greeting: `Hello, ${params.name}!` })', `() => ({ greeting: 'Hello' })`],
    ],
    command: ['check'],
    code: 'ROUTE_CONFLICT',
    names: ['GET /notes/v1/items', '"hello"', '"notes"', `${hello}:11`],
    place: [notes, `.get('/notes/v1/items')`],
  },
  {
    title: 'an operation that does not say who may call it',
    edits: [[hello, '.public()\n', '']],
    command: ['check'],
    code: 'OPERATION_INCOMPLETE',
    names: ['GET /hello/v1/{name}', '"hello"', 'public() or authenticated()'],
    place: [hello, `.get('/hello/v1/{name}')`],
  },
]
