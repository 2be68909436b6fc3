import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Application, Converter, ReflectionKind } from 'typedoc'

const FOLDER = 'docs/api'

/**
 * The API reference, a page for each door and their index. Texts by their paths from the root.
 *
 * @throws Error when something is not documented, or a link in a doc comment leads nowhere; what that is was printed
 */
export async function referenceFiles(doors, { root, folder }) {
  const app = await Application.bootstrapWithPlugins({ ...optionsOf(doors, { root, folder }), ...layout })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => nameByDoors(project, doors))
  const project = await app.convert()
  if (!project) throw new Error('The sources do not compile: run `npm run typecheck`.')
  app.options.setValue('intentionallyNotDocumented', documentedElsewhere(project))
  app.validate(project)
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    throw new Error('The reference is not complete: mend the doc comments that are named above.')
  }
  await app.generateOutputs(project)
  const pages = doors.map((door) => {
    const page = readFileSync(join(folder, generatedName(door)), 'utf8')
    return [`${FOLDER}/${door.page}.md`, pageText(page, doors)]
  })
  return new Map([[`${FOLDER}/README.md`, indexText(doors)], ...pages])
}

function optionsOf(doors, { root, folder }) {
  return {
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: doors.map(({ source }) => join(root, source)),
    tsconfig: join(root, 'tsconfig.check.json'),
    basePath: root,
    outputs: [{ name: 'markdown', path: folder }],
    // Otherwise everything in the folder is removed first.
    cleanOutputDir: false,
    readme: 'none',
    // The type check of the whole tree is a step of its own.
    skipErrorChecking: true,
    logLevel: 'Warn',
    validation: { notExported: false, invalidLink: true, rewrittenLink: true, notDocumented: true },
    // Properties tell by their names and types, and where they do not, by a comment; all else promises something.
    requiredToBeDocumented: ['Enum', 'EnumMember', 'Variable', 'Function', 'Class', 'Interface', 'TypeAlias'],
    packagesRequiringDocumentation: [...new Set(doors.map(({ name }) => name.split('/').slice(0, 2).join('/')))],
    // The line of a declaration would change with every edit above it.
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
  }
}

const layout = {
  outputFileStrategy: 'modules',
  flattenOutputFiles: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  ...Object.fromEntries(
    ['parameters', 'interfaceProperties', 'classProperties', 'typeAliasProperties', 'enumMembers', 'typeDeclaration']
      .map((what) => [`${what}Format`, 'table']), // prettier-ignore
  ),
}

function nameByDoors(project, doors) {
  for (const module of project.children ?? []) {
    module.name =
      doors.find(({ source }) => source.replace(/(?:\/index)?\.ts$/, '') === module.name)?.name ?? module.name
  }
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    // A parameter that is taken apart where it is declared.
    if (parameter.name !== '__namedParameters') continue
    parameter.name = parameter.parent.parameters.at(-1) === parameter ? 'options' : 'input'
  }
}

/** The methods of a draft are those of the chain, which says what they do. */
function documentedElsewhere(project) {
  const draft = project
    .getReflectionsByKind(ReflectionKind.ClassOrInterface)
    .find(({ name }) => name === 'OperationDraft')
  const methods = draft?.children?.filter(({ kind }) => kind === ReflectionKind.Method) ?? []
  const signatures = methods.flatMap((method) => method.signatures ?? []).filter((signature) => !signature.hasComment())
  return signatures.map((signature) => signature.getFriendlyFullName())
}

const generatedName = ({ name }) => `${name.replaceAll('/', '.')}.md`

function pageText(page, doors) {
  let text = page
  // The longest first: the name of a package begins those of its other doors.
  for (const door of doors.toSorted((a, b) => b.name.length - a.name.length)) {
    text = text.replaceAll(`](${generatedName(door)}`, `](${door.page}.md`)
  }
  return text
}

function indexText(doors) {
  const rows = doors.map(({ name, page, description }) => `| [\`${name}\`](${page}.md) | ${description} |`)
  return [
    '# API reference',
    '',
    'Every export of every door, made of the types and their doc comments by `npm run docs:api`.',
    '',
    '| door | what it is for |',
    '| ---- | -------------- |',
    ...rows,
    '',
  ].join('\n')
}
