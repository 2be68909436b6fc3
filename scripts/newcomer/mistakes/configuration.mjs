// What is written into the configuration, or is missing there.
const hello = 'src/modules/hello/hello.module.ts'
const yaml = 'config/app.yaml'
const withConfig = [
  hello,
  `name: 'hello',`,
  `name: 'hello', config: z.object({ greeting: z.string(), times: z.int().default(1) }),`,
]

export const configurationMistakes = [
  {
    title: 'a value that is not configured',
    edits: [withConfig],
    command: ['check'],
    code: 'MODULE_CONFIG_INVALID',
    names: ['"hello"', 'greeting', 'not configured', 'modules.hello.config'],
    place: [hello, '@Module('],
  },
  {
    title: 'a value of the wrong type',
    edits: [withConfig, [yaml, 'modules:\n', 'modules:\n  hello:\n    config: { greeting: Hi, times: lots }\n']],
    command: ['check'],
    code: 'MODULE_CONFIG_INVALID',
    names: ['"hello"', 'times', 'number', 'modules.hello.config'],
    place: [yaml, 'times: lots'],
  },
  {
    title: 'a key that is misspelt',
    edits: [[yaml, 'bind_addr', 'bind_adr']],
    command: ['check'],
    code: 'MODULE_CONFIG_INVALID',
    names: ['"api-gateway"', 'bind_adr', 'Did you mean "bind_addr"?'],
    place: [yaml, 'bind_adr'],
  },
]
