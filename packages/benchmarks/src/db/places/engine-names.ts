export const engineNames = ['sqlite', 'postgres', 'mysql'] as const

export type EngineName = (typeof engineNames)[number]
