/** Keywords under which schemas stand by names of the author's choice. */
export const SCHEMA_MAPS: readonly string[] = [
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]

/** Keywords under which values stand, however much they look like schemas. */
export const VALUE_KEYWORDS: readonly string[] = ['const', 'enum', 'default', 'examples']
