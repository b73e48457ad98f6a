/** The figures that the design fixes; tests make them small. */

export interface MongoLimits {
  /** DL2b: changes younger than this are kept, ms. */
  readonly keepMs: number
  /** DL2b: so many of the newest changes are kept. */
  readonly keepChanges: number
  /** Changes a slice of trimming removes. */
  readonly trimSlice: number
  /** Messages a slice of the erasing job removes. */
  readonly eraseSlice: number
  /** How often a process looks for what is due, ms. */
  readonly tickMs: number
  /** How long a command waits for the database before it is told that nobody knows, ms. */
  readonly patienceMs: number
  /** What the database does not answer for so long has failed, ms. */
  readonly silenceMs: number
}

export const LIMITS: MongoLimits = {
  keepMs: 24 * 3_600_000,
  keepChanges: 100_000,
  trimSlice: 1_000,
  eraseSlice: 500,
  tickMs: 5_000,
  patienceMs: 10_000,
  silenceMs: 15_000,
}
