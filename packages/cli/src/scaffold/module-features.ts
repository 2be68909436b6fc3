/** What a new module can do, as it was asked for. */
export interface ModuleFeatures {
  readonly db: boolean
  readonly rest: boolean
  readonly grpc: boolean
  readonly stateful: boolean
}

/** The names of the capabilities, in the order of the options. */
export function capabilitiesOf(features: ModuleFeatures): readonly (keyof ModuleFeatures)[] {
  return (['db', 'rest', 'grpc', 'stateful'] as const).filter((capability) => features[capability])
}
