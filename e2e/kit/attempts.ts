/** What a page tries on another site, in its visitor's browser; each answers what the page learnt of it. */

import type { Page } from 'playwright-core'

export interface Request {
  readonly url: string
  readonly method?: string
  readonly body?: string
  readonly type?: string
  readonly mode?: 'cors' | 'no-cors'
}

/** @returns the kind of answer and its text, or that there was none */
export function tryFetch(page: Page, request: Request): Promise<string> {
  return page.evaluate(async ({ body, method = 'GET', mode = 'cors', type, url }: Request) => {
    try {
      const headers = type === undefined ? {} : { 'content-type': type }
      const sent = body === undefined ? {} : { body }
      const answer = await fetch(url, { method, mode, headers, credentials: 'include', ...sent })
      return `${answer.type} ${answer.status} ${await answer.text()}`
    } catch {
      return 'nothing'
    }
  }, request)
}

/** @returns whether the browser took it */
export function tryBeacon(page: Page, request: Request): Promise<boolean> {
  return page.evaluate(({ body = '', type = '', url }: Request) => {
    return navigator.sendBeacon(url, new Blob([body], { type }))
  }, request)
}

/** Sends a form into a frame, or as a navigation of the page itself, and waits for what comes of it. */
export async function tryForm(page: Page, request: Request, isInFrame: boolean): Promise<void> {
  const answered = page.waitForResponse((response) => response.url() === request.url)
  await page.evaluate(
    ([{ body = '', type = '', url }, hasFrame]) => {
      const [form, field] = [document.createElement('form'), document.createElement('input')]
      const frame = document.createElement('iframe')
      frame.name = `frame${document.forms.length}`
      // As text/plain `name=value`: a body that is JSON all the same.
      field.name = body.slice(0, -1)
      field.value = body.slice(-1)
      Object.assign(form, { action: url, method: 'post', enctype: type, target: hasFrame ? frame.name : '_self' })
      form.append(field)
      document.body.append(frame, form)
      form.submit()
    },
    [request, isInFrame] as const,
  )
  await answered
}

/** @returns `load` or `error` */
export function tryElement(page: Page, name: 'img' | 'script' | 'link', url: string): Promise<string> {
  return page.evaluate(
    ([element, address]) =>
      new Promise<string>((resolve) => {
        const made = document.createElement(element)
        for (const event of ['load', 'error']) made.addEventListener(event, () => resolve(event))
        Object.assign(made, element === 'link' ? { rel: 'stylesheet', href: address } : { src: address })
        document.body.append(made)
      }),
    [name, url] as const,
  )
}

/** @returns every event that came until the browser gave up, which it does on an answer that it may not show */
export function tryEventSource(page: Page, url: string): Promise<readonly string[]> {
  return page.evaluate(
    (address) =>
      new Promise<string[]>((resolve) => {
        const source = new EventSource(address, { withCredentials: true })
        const seen: string[] = []
        for (const event of ['open', 'message', 'hello', 'messages', 'bye', 'error']) {
          source.addEventListener(event, () => {
            seen.push(event)
            if (event === 'open' || event === 'error') resolve(seen)
          })
        }
      }),
    url,
  )
}

/** @returns what can be seen of a page in a frame */
export function tryFrame(page: Page, url: string): Promise<string> {
  return page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const frame = document.createElement('iframe')
        frame.addEventListener('load', () => resolve(frame.contentDocument?.body.textContent ?? 'nothing'))
        frame.src = address
        document.body.append(frame)
      }),
    url,
  )
}
