/** The zod schemas of what crosses the wire; only the server loads them. */

export * from './answers.ts'
export * from './bodies.ts'
export * from './changes.ts'
export * from './entities.ts'
export * from './frames.ts'
export * from './queries.ts'
