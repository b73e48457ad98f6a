/** DL1: a cursor is `epoch.position`, opaque to clients. */

export interface Cursor {
  readonly epoch: string
  readonly position: number
}

export function formatCursor(epoch: string, position: number): string {
  return `${epoch}.${position}`
}

/** @returns undefined for anything that `formatCursor` does not write */
export function parseCursor(text: string): Cursor | undefined {
  const match = /^([a-z0-9]{1,32})\.(0|[1-9][0-9]{0,15})$/.exec(text)
  if (match === null) return undefined
  const [, epoch, digits] = match
  const position = Number(digits)
  if (epoch === undefined || !Number.isSafeInteger(position)) return undefined
  return { epoch, position }
}
