/** The pages until there is an interface: one document, whose script shows the chat or a way in by the address. */

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { pagePolicy } from '../../auth/security-headers.ts'
import { openEndpoint, type Endpoint } from '../../endpoint.ts'

/** All in one folder, to which the page's own addresses are relative. */
export const pagePaths = ['/', '/set-up', '/sign-in', '/sign-up', '/invite'] as const

// They are not compiled, so what is built reads those of the sources.
const folder = new URL(import.meta.url.endsWith('.ts') ? './' : '../../../../src/routes/bare-page/', import.meta.url)

export const getBarePage = openEndpoint(
  { summary: 'A page to try it out', answers: { 200: null }, produces: ['text/html'] },
  async (call) => {
    const { address, reply, request, user } = call
    // The prefix alone stands in another folder.
    if (request.url.split('?', 1)[0] === address.prefix) {
      void reply.header('location', address.path)
      return { status: 308 }
    }
    const nonce = randomBytes(16).toString('base64url')
    void reply.header('content-security-policy', pagePolicy(nonce))
    const html = await contentOf('page.html')
    const text = html.replaceAll('{nonce}', nonce).replace('{signedIn}', String(user !== undefined))
    return { status: 200, text, contentType: 'text/html; charset=utf-8' }
  },
)

const modules = ['account', 'call', 'chat', 'element', 'entry', 'form', 'words']

/** What the document loads, by path. */
export const pageParts: readonly (readonly [path: string, endpoint: Endpoint])[] = [
  ['/page.js', part('page.js', 'text/javascript')],
  ['/page.css', part('page.css', 'text/css')],
  ['/page.svg', part('page.svg', 'image/svg+xml')],
  ...modules.map((name) => [`/page/${name}.js`, part(`page/${name}.js`, 'text/javascript')] as const),
]

function part(name: string, type: string): Endpoint {
  return openEndpoint({ summary: `The ${name} of the page`, answers: { 200: null }, produces: [type] }, async () => {
    return { status: 200, text: await contentOf(name), contentType: `${type}; charset=utf-8` }
  })
}

const contents = new Map<string, Promise<string>>()

function contentOf(name: string): Promise<string> {
  const known = contents.get(name) ?? readFile(new URL(name, folder), 'utf8')
  contents.set(name, known)
  return known
}
