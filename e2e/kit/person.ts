/** Somebody in front of the bare page: what they do and what they see, by what stands on the screen. */

import { openWatchedPage, type WatchedPage } from './browser.ts'
import type { Browser, BrowserContextOptions } from 'playwright-core'

export interface Person extends WatchedPage {
  /** By the labels of the fields. */
  fillIn(values: Readonly<Record<string, string>>): Promise<void>
  press(button: string): Promise<void>
  /** Waits until there is a room to write to. */
  isIn(): Promise<void>
  /** Waits until the heading stands on the page. */
  reads(heading: string): Promise<void>
  /** Opens the own menu and takes an entry of it. */
  chooses(entry: string): Promise<void>
  openRoom(name: string): Promise<void>
  write(text: string): Promise<void>
  /** Waits until the text stands on the page. */
  sees(text: string): Promise<void>
  timesShown(text: string): Promise<number>
}

/** Opens the page and goes in with a token. */
export async function openPerson(browser: Browser, url: string, token: string): Promise<Person> {
  const person = await openNewcomer(browser, url)
  const { page } = person
  await page.getByText('Sign in with a token').click()
  await page.getByLabel('Token', { exact: true }).fill(token)
  await page.keyboard.press('Enter')
  return person
}

/** Opens the page as somebody whom the site does not know, with a browser of their own. */
export async function openNewcomer(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const watched = await openWatchedPage(browser, options)
  const { page } = watched
  const messages = page.getByRole('log')
  await page.goto(url)
  return {
    ...watched,
    async fillIn(values) {
      for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
    },
    press: (name) => page.getByRole('button', { name, exact: true }).click(),
    async openRoom(name) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('heading', { name, exact: true }).waitFor()
    },
    async write(text) {
      await page.getByLabel('Message', { exact: true }).fill(text)
      await page.keyboard.press('Enter')
    },
    isIn: () => page.getByLabel('Message', { exact: true }).and(page.locator(':enabled')).waitFor(),
    reads: (heading) => page.getByRole('heading', { name: heading, exact: true }).waitFor(),
    sees: (text) => messages.getByText(text).first().waitFor({ timeout: 10_000 }),
    timesShown: (text) => messages.getByText(text).count(),
    async chooses(entry) {
      await page.getByTitle('You and your account').click()
      await page.getByRole('button', { name: entry, exact: true }).click()
    },
  }
}
