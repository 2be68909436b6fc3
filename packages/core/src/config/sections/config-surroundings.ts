/** The process around a configuration. */
export interface ConfigSurroundings {
  /** Read for `APP__` names and `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths start here. */
  readonly cwd: string
  /** What `~` stands for. Default `HOME`, then `USERPROFILE`, of `env`. */
  readonly userHome?: string
}
