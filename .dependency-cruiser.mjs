// The arrows of the tree: who may import whom. `npm run boundaries` checks them, and proves that every rule bites.

/** The folders of the core, lowest row first. A row imports itself and what is below it. */
const coreRows = [
  ['errors', 'time'],
  ['module', 'capabilities', 'rest', 'broadcast'],
  ['registry', 'container', 'config', 'logging', 'client-hub', 'context', 'out-of-process', 'lifecycle', 'tls'],
  ['phases'],
  ['host'],
]
/** The folders inside the two largest of them, lowest row first; above all of these are the files beside them. */
const innerRows = {
  config: [['tree'], ['sections'], ['layers'], ['modules'], ['children', 'dump']],
  host: [['options', 'reports'], ['declaration'], ['assembly'], ['start', 'shutdown'], ['process', 'inspection']],
}
const belowContext = coreRows.slice(0, 2).flat()

const anySource = '^(?:packages|examples)/[^/]+/src/'
const tests = '[.]test(?:-d)?[.]ts$|^packages/[^/]+/test/'
const shipped = '^packages/(?:core|gateway|grpc|db|cli)/src/'
const core = '^packages/core/src/'
const coreDoors = `${core}(?:index|spi)[.]ts$`
const context = `${core}context/`
const typesAlone = ['type-only', 'type-import']

const rule = (name, comment, arrow) => ({ name, comment, severity: 'error', ...arrow })
/** What scripts/bundle.mjs takes into the bundles of core and gateway: docs/decisions/027. */
const bundled = 'node_modules/(?:inversify|ajv|ajv-formats|fast-json-stringify|find-my-way)/'
const folders = (names) => `${core}(?:${names.join('|')})/`

/** Everything above one row of the core is out of reach for it, but for the types of `context/`. */
function rowRule(row, index) {
  const above = coreRows.slice(index + 1).flat()
  const higher = above.length > 0 ? `${folders(above)}|${coreDoors}` : coreDoors
  return rule(
    `core-row-${index + 1}`,
    `${row.join(', ')}: a layer that knows a higher one cannot be understood alone.`,
    {
      from: { path: folders(row), pathNot: tests },
      to: { path: higher, pathNot: context },
    },
  )
}

/** What is inside one folder is in rows, too: a folder knows neither those above it nor the files that use them all. */
function innerRule([folder, rows]) {
  return rows.map((row, index) => {
    const above = rows.slice(index + 1).flat()
    const inside = (names) => `${core}${folder}/(?:${names.join('|')})/`
    const top = `${core}${folder}/[^/]+[.]ts$`
    return rule(`${folder}-row-${index + 1}`, `${row.join(', ')}: the inner folders of ${folder} are layers, too.`, {
      from: { path: inside(row), pathNot: tests },
      to: { path: above.length > 0 ? `${inside(above)}|${top}` : top },
    })
  })
}

/** One of the packages that host something knows none of the others. */
function hostRule(host, _, hosts) {
  const others = hosts.filter((other) => other !== host)
  return rule(`${host}-alone`, 'Gateway, gRPC and database are chosen one by one; what they share is in the core.', {
    from: { path: `^packages/${host}/src/`, pathNot: tests },
    to: { path: `^packages/(?:${others.join('|')})/` },
  })
}

const coreRules = [
  ...coreRows.map(rowRule),
  ...Object.entries(innerRows).flatMap(innerRule),
  rule('core-context-types', 'Below, what a module is given is a type; building it is the work of the layers above.', {
    from: { path: folders(belowContext), pathNot: tests },
    to: { path: context, dependencyTypesNot: typesAlone },
  }),
  rule('core-folder-has-a-row', 'A new folder of the core is given its place in the rows of this file.', {
    from: { path: `${core}[^/]+/`, pathNot: folders(coreRows.flat()) },
    to: {},
  }),
  rule('core-inner-folder-has-a-row', 'So is one inside a folder that has rows of its own.', {
    from: {
      path: `${core}(?:${Object.keys(innerRows).join('|')})/[^/]+/`,
      pathNot: Object.entries(innerRows).map(([folder, rows]) => `${core}${folder}/(?:${rows.flat().join('|')})/`),
    },
    to: {},
  }),
  rule('core-has-no-cycle', 'Types that need each other are read together, too. Errors alone hold errors.', {
    from: { path: core, pathNot: [tests, `${core}errors/`] },
    to: { circular: true },
  }),
  rule(
    'core-loads-no-host-library',
    'A program without routes, services or tables never loads Express, grpc-js or Knex.',
    {
      from: { path: core, pathNot: tests },
      to: { path: 'node_modules/(?:@types/)?(?:express|knex|@grpc/grpc-js)/', dependencyTypesNot: typesAlone },
    },
  ),
]

const packageRules = [
  rule('core-is-lowest', 'Arrows end at the core. It loads the database package by name, when one is configured.', {
    from: { path: core, pathNot: tests },
    to: { path: '^(?:packages/(?!core/)|examples/)', pathNot: '^packages/db/' },
  }),
  rule('core-loads-db-when-configured', 'A program without a database never loads the database package.', {
    from: { path: core, pathNot: tests },
    to: { path: '^packages/db/', dynamic: false },
  }),
  ...['gateway', 'grpc', 'db'].map(hostRule),
  rule('nothing-shipped-imports-testing', 'Test tools stay out of production.', {
    from: { path: shipped, pathNot: tests },
    to: { path: '^packages/testing/' },
  }),
  rule('nothing-shipped-imports-examples', 'Examples are read and run, not built upon.', {
    from: { path: '^packages/[^/]+/src/', pathNot: tests },
    to: { path: '^examples/' },
  }),
  rule('packages-have-doors', 'What is behind a door may change without notice.', {
    from: { path: '^(packages|examples)/([^/]+)/', pathNot: tests },
    to: { path: '^packages/[^/]+/src/', pathNot: ['^$1/$2/', '^packages/[^/]+/src/(?:index|spi)[.]ts$'] },
  }),
]

const generalRules = [
  rule('no-cycle-at-run-time', 'In a cycle, what is loaded first decides what is undefined.', {
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: typesAlone } },
  }),
  rule(
    'no-cycle-of-folders',
    'Folders that need each other are one concept. Only the types of the context may look up.',
    {
      from: { path: `(${anySource}[^/]+/)` },
      to: { circular: true, via: { pathNot: '$1' }, viaOnly: { pathNot: context } },
    },
  ),
  rule('imports-resolve', 'What does not resolve here does not resolve for anyone.', {
    from: {},
    to: { couldNotResolve: true },
  }),
  rule(
    'imports-are-declared',
    'Hoisting hides what is missing from package.json; whoever installs the package finds out.',
    {
      from: { path: anySource, pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
  ),
  rule('sources-need-no-dev-dependency', 'Development dependencies are not installed with the package.', {
    from: { path: '^packages/[^/]+/src/', pathNot: tests },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'], pathNot: bundled },
  }),
  rule('only-bundles-take-libraries-in', 'A package that is not bundled needs its libraries to be installed with it.', {
    from: { path: '^packages/[^/]+/src/', pathNot: [tests, '^packages/(?:core|gateway)/'] },
    to: { path: bundled },
  }),
  rule('sources-import-no-test', 'Tests and fixtures do not ship.', {
    from: { path: anySource, pathNot: tests },
    to: { path: tests },
  }),
]

export default {
  forbidden: [...coreRules, ...packageRules, ...generalRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/test/fixtures/' },
    tsConfig: { fileName: 'tsconfig.check.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['modkit:source', 'import', 'node', 'default', 'types'],
    },
  },
}
