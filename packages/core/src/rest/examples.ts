/** Values by the names under which the document shows them. */
export type Examples = Readonly<Record<string, unknown>>
