/** What core needs of the world and may not reach for itself. */

export interface Ports {
  /** Milliseconds since the epoch. */
  now(): number
  /** A new UUID, version 7, lower-case. */
  newId(): string
  /** HMAC-SHA-256 in hex. */
  hmac(secret: string, text: string): string
}
