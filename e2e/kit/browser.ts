/** A real Chromium, and pages that remember every complaint the browser had about them. */

import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

const executable = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== '' && existsSync(path))

export const hasBrowser = executable !== undefined

/** @throws Error if no browser was found; ask `hasBrowser` first */
export function launchBrowser(): Promise<Browser> {
  if (executable === undefined) throw new Error('no Chromium found')
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors in the console, exceptions, and what the content security policy stopped. */
  readonly complaints: string[]
  /** How often the document was loaded. */
  readonly loads: () => number
  close(): Promise<void>
}

/** A person with a browser of their own: no cookie is shared with other pages. */
export async function openWatchedPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  let loads = 0
  page.on('console', (message) => {
    const { url } = message.location()
    // A page without a session asks who it is, and Chromium reports the 401: that is no fault of the page.
    const isQuestion = /status of 401/.test(message.text()) && new URL(url).pathname.endsWith('/api/me')
    if (message.type() === 'error' && !isQuestion) complaints.push(`console: ${message.text()} (${url})`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('domcontentloaded', () => (loads += 1))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  return { page, context, complaints, loads: () => loads, close: () => context.close() }
}
