import { basename } from 'node:path'

const kebabCase = /^[.]?[a-z0-9]+(?:[-.][a-z0-9]+)*\.(?:ts|[cm]?js)$/
const sayNothing = /^(?:utils?|helpers?|common|misc|types|interfaces)\./

/** A file is one idea under a name that a reader would guess. */
export const fileName = {
  meta: {
    type: 'suggestion',
    messages: {
      kebab: 'Name the file in kebab-case.',
      idea: 'Name the file after its one idea; "{{name}}" says nothing.',
    },
  },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename)
      if (!kebabCase.test(name)) context.report({ node, messageId: 'kebab' })
      if (sayNothing.test(name)) context.report({ node, messageId: 'idea', data: { name } })
    },
  }),
}
