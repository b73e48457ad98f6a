/** Somebody in front of the bare page: what they do and what they see, by what stands on the screen. */

import { openWatchedPage, type WatchedPage } from './browser.ts'
import type { Browser } from 'playwright-core'

export interface Person extends WatchedPage {
  openRoom(name: string): Promise<void>
  write(text: string): Promise<void>
  /** Waits until the text stands on the page. */
  sees(text: string): Promise<void>
  timesShown(text: string): Promise<number>
}

/** Opens the page and goes in with a token. */
export async function openPerson(browser: Browser, url: string, token: string): Promise<Person> {
  const watched = await openWatchedPage(browser)
  const { page } = watched
  const messages = page.getByRole('log')
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  return {
    ...watched,
    async openRoom(name) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('heading', { name, exact: true }).waitFor()
    },
    async write(text) {
      await page.getByLabel('Message', { exact: true }).fill(text)
      await page.keyboard.press('Enter')
    },
    sees: (text) => messages.getByText(text).first().waitFor({ timeout: 10_000 }),
    timesShown: (text) => messages.getByText(text).count(),
  }
}
