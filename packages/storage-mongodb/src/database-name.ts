/** Which database an address names. */

const DEFAULT = 'suda'

/** The driver would take `test` where none is named. */
export function databaseName(url: string): string {
  const [, name = ''] = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]*)/.exec(url) ?? []
  return name === '' ? DEFAULT : decodeURIComponent(name)
}
