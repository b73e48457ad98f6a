/** The figures that the design fixes; tests make them small. */

export interface SqliteLimits {
  /** Commits that share one fsync. */
  readonly groupSize: number
  /** DL2b: changes younger than this are kept, ms. */
  readonly keepMs: number
  /** DL2b: so many of the newest changes are kept. */
  readonly keepChanges: number
  /** Changes a slice of trimming removes. */
  readonly trimSlice: number
  /** Messages a slice of the erasing job removes. */
  readonly eraseSlice: number
  /** What was taken back is out of the WAL after so many ms; 60,000 at most. */
  readonly redactionMs: number
  /** DL3: `position` is written after so many changes … */
  readonly positionEvery: number
  /** … or so many ms. */
  readonly positionMs: number
  /** How often the writer looks for what is due, ms. */
  readonly tickMs: number
  /** Frames from which on the WAL is copied into the database. */
  readonly walFrames: number
  /** The longest pause before a dead writer thread is started again, ms. */
  readonly restartMs: number
}

export const LIMITS: SqliteLimits = {
  groupSize: 256,
  keepMs: 24 * 3_600_000,
  keepChanges: 100_000,
  trimSlice: 1_000,
  eraseSlice: 500,
  redactionMs: 30_000,
  positionEvery: 1_000,
  positionMs: 10_000,
  tickMs: 1_000,
  walFrames: 2_000,
  restartMs: 5_000,
}
