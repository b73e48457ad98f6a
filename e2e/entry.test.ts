import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ServerProcess, type ServerOptions } from '../faults/kit/server-process.ts'
import { startSite, type TestSite } from '../faults/kit/site.ts'
import { until } from '../faults/kit/until.ts'
import { freePort } from '../testing/free-port.ts'
import { hasBrowser, launchBrowser } from './kit/browser.ts'
import { openNewcomer, type Person } from './kit/person.ts'
import type { Browser, BrowserContextOptions } from 'playwright-core'

const password = 'correct horse battery'

let site: TestSite<'minsu' | 'sora', 'plans'>
let browser: Browser

describe('the ways in, in Chromium', { timeout: 60_000 }, () => {
  beforeEach((context) => context.skip(!hasBrowser, 'missing: Chromium or Chrome'))
  beforeAll(async () => {
    if (!hasBrowser) return
    ;[site, browser] = await Promise.all([
      startSite({ users: ['minsu', 'sora'], rooms: ['plans'], flags: ['--sign-up', 'open'] }),
      launchBrowser(),
    ])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test('the printed line leads to the set-up, and that into a room that takes the first message', async () => {
    const server = await aNewSite()
    const owner = await enter(await setUpUrl(server))

    await owner.reads('Set up your site')
    expect(owner.page.url()).toBe(`${server.url}/set-up`)
    await owner.fillIn({ 'Name of the site': '우리 팀', 'User name': 'Minsu', Password: password })
    await owner.press('Create the site')
    await owner.reads('Your site is ready')
    await owner.write('first')

    await owner.sees('first')
    await owner.reads('우리 팀')
    expect(owner.complaints).toEqual([])

    const late = await enter(`${server.url}/set-up#AAAAAAAAAAAAAAAAAAAAAA`)
    await late.reads('This site has an owner already')
    await late.page.getByRole('link', { name: 'Sign in' }).click()
    await late.reads('Sign in to 우리 팀')
    expect(late.complaints).toEqual([])
  })

  test('without the printed code there is a field for it, which also takes the whole line', async () => {
    const server = await aNewSite()
    const line = `Set up: ${await setUpUrl(server)}`
    const owner = await enter(`${server.url}/`)
    await owner.fillIn({
      'Set-up code': 'guessed',
      'Name of the site': 'Ours',
      'User name': 'minsu',
      Password: password,
    })
    await owner.press('Create the site')
    await owner.page.getByText('This is not the code that the server shows.').waitFor()
    expect(await wrongFields(owner)).toEqual(['code'])

    await owner.fillIn({ 'Set-up code': line })
    await owner.page.keyboard.press('Enter')

    await owner.reads('Your site is ready')
  })

  test('who signs out can sign in again by name; a wrong password is told at its field', async () => {
    const minsu = await signIn('minsu')
    await minsu.chooses('Sign out')
    await minsu.reads('Sign in to Suda')
    expect(minsu.page.url()).toBe(`${site.server.url}/sign-in`)

    await minsu.fillIn({ 'User name or e-mail': 'minsu', Password: 'wrong horse' })
    await minsu.press('Sign in')
    await minsu.page.getByText('The name or the password is not right.').waitFor()
    expect(await wrongFields(minsu)).toEqual(['password'])
    expect(await focused(minsu)).toBe('password')

    await minsu.fillIn({ Password: passwordOf('minsu') })
    await minsu.page.keyboard.press('Enter')
    await minsu.isIn()
  })

  test('an invite says who invites whereto; whoever signs up with its link is in that room', async () => {
    const minsu = await signIn('minsu')
    const link = await linkMadeBy(minsu, 'plans, as guests: this room only')
    const guest = await enter(link)

    await guest.reads('minsu invites you')
    await guest.page.getByText('To the room plans of Suda.').waitFor()
    await guest.fillIn({ 'User name': aName(), 'Display name (optional)': '손님', Password: password })
    await guest.press('Create the account')
    await guest.reads('plans')
    const text = `I am in ${randomUUID()}`
    await guest.write(text)

    await minsu.openRoom('plans')
    await minsu.sees(text)
    expect([...guest.complaints, ...minsu.complaints]).toEqual([])
    const nobody = await enter(link)
    await nobody.reads('This invite is not valid any more')
  })

  test('a taken name is told at its field, and what was typed stays', async () => {
    const late = await enter(`${site.server.url}/sign-up`)
    await late.fillIn({ 'User name': 'sora', Password: password })
    await late.press('Create the account')

    await late.page.getByText('This name is taken. Try another one.').waitFor()

    expect(await wrongFields(late)).toEqual(['username'])
    expect(await focused(late)).toBe('username')
    expect(await late.page.getByLabel('Password', { exact: true }).inputValue()).toBe(password)
  })

  test('what is wrong is told before anything is sent, and the first wrong field is the one to mend', async () => {
    const someone = await enter(`${site.server.url}/sign-up`)
    const sent: string[] = []
    someone.page.on('request', (request) => {
      if (request.method() !== 'GET') sent.push(request.url())
    })

    await someone.fillIn({ 'User name': '김민수', Password: 'short' })
    await someone.press('Create the account')

    await someone.page.getByText('At least 8 characters; there are 5.').waitFor()
    expect(await wrongFields(someone)).toEqual(['username', 'password'])
    expect(await focused(someone)).toBe('username')
    expect(sent).toEqual([])
  })

  test('a password that everybody would guess is told at its field', async () => {
    const someone = await enter(`${site.server.url}/sign-up`)

    await someone.fillIn({ 'User name': aName(), Password: 'password123' })
    await someone.press('Create the account')

    await someone.page.getByText('This password is too easy to guess.').waitFor()
    expect(await wrongFields(someone)).toEqual(['password'])
  })

  test('where everybody may sign up, the sign-in leads there', async () => {
    const newcomer = await enter(`${site.server.url}/`)

    await newcomer.page.getByRole('link', { name: 'Sign up' }).click()
    await newcomer.fillIn({ 'User name': aName(), Password: password })
    await newcomer.press('Create the account')

    await newcomer.isIn()
    await newcomer.reads('general')
    expect(newcomer.complaints).toEqual([])
  })

  test('whoever has an account joins the room of an invite by signing in, and at once if signed in', async () => {
    const minsu = await signIn('minsu')
    const slug = `room-${randomUUID().slice(0, 8)}`
    const made = await minsu.page.request.post(`${site.server.url}/api/rooms`, {
      data: { slug, name: slug, visibility: 'private' },
      headers: { origin: site.server.url },
    })
    expect(made.status()).toBe(201)
    await minsu.page.reload()
    const link = await linkMadeBy(minsu, `${slug}, as guests: this room only`, 'Any number of people')

    const sora = await enter(link)
    await sora.press('I have an account')
    await sora.fillIn({ 'User name or e-mail': 'sora', Password: passwordOf('sora') })
    await sora.press('Sign in and join')
    await sora.reads(slug)
    expect(sora.page.url()).toBe(`${site.server.url}/#${slug}`)

    await minsu.page.goto(link)
    await minsu.press(`Join ${slug}`)
    await minsu.reads(slug)
    expect([...sora.complaints, ...minsu.complaints]).toEqual([])
  })

  test('a session that another device ends leads to the sign-in, which says why; what was not sent is kept', async () => {
    const [laptop, phone] = [await signIn('sora'), await signIn('sora')]
    await phone.fillIn({ Message: 'not sent yet' })

    await laptop.chooses('Sessions')
    await endOthers(laptop)

    await phone.page.getByText('You were signed out. Sign in again.').waitFor()
    await phone.fillIn({ 'User name or e-mail': 'sora', Password: passwordOf('sora') })
    await phone.press('Sign in')
    const field = phone.page.getByLabel('Message', { exact: true })
    await until('the text again', async () => (await field.inputValue()) === 'not sent yet')
  })

  test('a changed password counts at once and signs the other devices out', async () => {
    const name = aName()
    const laptop = await enter(`${site.server.url}/sign-up`)
    await laptop.fillIn({ 'User name': name, Password: password })
    await laptop.press('Create the account')
    await laptop.reads('general')
    const phone = await signIn(name, password)
    await phone.chooses('Sessions')

    await laptop.chooses('Change password')
    await laptop.fillIn({ 'Current password': password, 'New password': 'another horse battery' })
    await laptop.page.getByRole('dialog').getByRole('button', { name: 'Change password' }).click()
    await laptop.page.getByText('Your password is changed.').waitFor()

    await phone.page.getByText('You were signed out. Sign in again.').waitFor()
    expect(await phone.page.getByRole('dialog').count()).toBe(0)
    await signIn(name, 'another horse battery')
  })

  test('signing out everywhere ends here as well', async () => {
    const [laptop, phone] = [await signIn('sora'), await signIn('sora')]

    await laptop.chooses('Sessions')
    await laptop.press('Sign out everywhere')

    await laptop.reads('Sign in to Suda')
    await phone.page.getByText('You were signed out. Sign in again.').waitFor()
  })

  test('too many attempts are told with the time to wait, and Enter sends only once', async () => {
    const someone = await enter(`${site.server.url}/sign-in`)
    const sent: string[] = []
    const answering = Promise.withResolvers<void>()
    await someone.page.route('**/api/sign-in', async (route) => {
      sent.push(route.request().url())
      await answering.promise
      await route.fulfill({ status: 429, headers: { 'retry-after': '30' }, json: { code: 'rate_limited' } })
    })
    await someone.fillIn({ 'User name or e-mail': 'minsu', Password: password })

    await someone.page.keyboard.press('Enter')
    await until('the first request', () => sent.length === 1)
    await someone.page.getByLabel('Password', { exact: true }).press('Enter')
    answering.resolve()

    await someone.page.getByText(/^Too many attempts. Try again in \d+ seconds.$/).waitFor()
    expect(sent).toHaveLength(1)
    expect(await someone.page.getByRole('button', { name: 'Sign in', exact: true }).isDisabled()).toBe(true)
  })

  test('Enter that ends a composition sends nothing', async () => {
    const someone = await enter(`${site.server.url}/sign-in`)

    const field = someone.page.getByLabel('Password', { exact: true })
    const isStopped = (isComposing: boolean) =>
      field.evaluate((element, composing) => {
        const init = { key: 'Enter', isComposing: composing, bubbles: true, cancelable: true }
        return !element.dispatchEvent(new KeyboardEvent('keydown', init))
      }, isComposing)

    expect([await isStopped(false), await isStopped(true)]).toEqual([false, true])
  })

  test('being offline is told, and the same again works when that is over', async () => {
    const minsu = await enter(`${site.server.url}/sign-in`)
    await minsu.fillIn({ 'User name or e-mail': 'minsu', Password: passwordOf('minsu') })
    await minsu.context.setOffline(true)
    await minsu.press('Sign in')
    await minsu.page.getByText('You’re offline. Try again when you are back.').waitFor()

    await minsu.context.setOffline(false)
    await minsu.press('Sign in')

    await minsu.isIn()
  })

  test('below a prefix all of it is the same', async () => {
    const port = await freePort()
    const below = await aNewSite({ port, flags: ['--public-url', `http://127.0.0.1:${port}/chat/`] })
    const first = await enter(await setUpUrl(below))
    const requested: string[] = []
    first.page.on('request', (request) => requested.push(new URL(request.url()).pathname))

    await first.fillIn({ 'Name of the site': 'Below', 'User name': 'minsu', Password: password })
    await first.press('Create the site')
    await first.reads('Your site is ready')
    const link = await linkMadeBy(first, 'The site')
    await first.chooses('Sign out')
    await first.reads('Sign in to Below')

    expect(link).toMatch(new RegExp(`^http://127.0.0.1:${port}/chat/invite#`))
    expect(requested.filter((path) => !path.startsWith('/chat/'))).toEqual([])
    const newcomer = await enter(link)
    await newcomer.reads('minsu invites you')
    expect([...first.complaints, ...newcomer.complaints]).toEqual([])
  })

  test('to somebody whose browser speaks Korean the page does, too', async () => {
    const sora = await enter(`${site.server.url}/`, { locale: 'ko-KR' })

    await sora.reads('Suda에 로그인')

    expect(await sora.page.locator('html').getAttribute('lang')).toBe('ko')
    expect(sora.complaints).toEqual([])
  })
})

async function aNewSite(options: ServerOptions = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(options)
  onTestFinished(() => server.close())
  return server
}

function setUpUrl(server: ServerProcess): Promise<string> {
  return until('the line of the set-up', () => server.setUpUrl)
}

async function enter(url: string, options?: BrowserContextOptions): Promise<Person> {
  const person = await openNewcomer(browser, url, options)
  onTestFinished(() => person.close())
  return person
}

async function signIn(name: string, secret = passwordOf(name)): Promise<Person> {
  const person = await enter(`${site.server.url}/sign-in`)
  await person.fillIn({ 'User name or e-mail': name, Password: secret })
  await person.press('Sign in')
  await person.isIn()
  return person
}

function passwordOf(name: string): string {
  return `correct horse ${name}`
}

function aName(): string {
  return `n-${randomUUID().slice(0, 8)}`
}

/** @param into and `uses` as the choices are named */
async function linkMadeBy(person: Person, into: string, uses = 'One person'): Promise<string> {
  const { page } = person
  await person.chooses('Invite people')
  await page.getByLabel('Where to').selectOption({ label: into })
  await page.getByLabel('For whom').selectOption({ label: uses })
  await person.press('Make a link')
  const link = await page.getByLabel('Link', { exact: true }).inputValue()
  await page.keyboard.press('Escape')
  return link
}

async function endOthers({ page }: Person): Promise<void> {
  const buttons = page.getByRole('button', { name: /^End the session of / })
  await buttons.first().waitFor()
  for (let left = await buttons.count(); left > 0; left = await buttons.count()) {
    await buttons.first().click()
    await until('one session less', async () => (await buttons.count()) < left)
  }
}

function wrongFields({ page }: Person): Promise<(string | null)[]> {
  return page.locator('[aria-invalid=true]').evaluateAll((fields) => fields.map((field) => field.getAttribute('name')))
}

function focused({ page }: Person): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute('name'))
}
