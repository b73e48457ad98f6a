/** URLs of single databases of one server. */

/** @param serverUrl `mongodb://hosts/?options`, with one host or several */
export function databaseUrl(serverUrl: string, name: string): string {
  const [, hosts = '', options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(.*)$/.exec(serverUrl) ?? []
  return `${hosts}/${name}${options}`
}
