/** Suda as a part of another Node program. */

export { readConfig } from './config.ts'
export { createSuda, type Suda, type SudaOptions } from './main.ts'
export type { Settings } from './settings.ts'
export { StartError, type StartErrorKind } from './start-error.ts'
