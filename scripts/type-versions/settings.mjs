// What a user's tsconfig.json may say: between them the two ask for everything that could matter to our declarations.

/** What `tsc --init` of TypeScript 6 and 7 writes, with standard decorators; our own declarations are checked, too. */
const standard = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  sourceMap: true,
  declarationMap: true,
  skipLibCheck: false,
}

/** What `tsc --init` of TypeScript 5 writes, with legacy decorators. */
const legacy = {
  target: 'es2022',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
  forceConsistentCasingInFileNames: true,
  skipLibCheck: true,
}

/** Declarations are asked for although none is written: whoever exports what ours return must be able to name its type. */
const always = { module: 'nodenext', types: ['node'], declaration: true, noEmit: true }

export const settings = { standard: { ...standard, ...always }, legacy: { ...legacy, ...always } }
