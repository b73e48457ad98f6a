/** Which methods an address takes: asked only where none of the routes matched. */

interface Pattern {
  readonly method: string
  readonly path: string
}

/** @returns [] if no route has that path at all */
export function allowedMethods(url: string, prefix: string, routes: readonly Pattern[]): string[] {
  const path = url.replace(/[?#].*$/s, '')
  if (!path.startsWith(prefix)) return []
  const segments = path.slice(prefix.length).split('/')
  const matching = routes.filter((route) => matches(segments, route.path.split('/')))
  return [...new Set(matching.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
}

function matches(segments: readonly string[], pattern: readonly string[]): boolean {
  if (segments.length !== pattern.length) return false
  return pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : segments[index] === part))
}
