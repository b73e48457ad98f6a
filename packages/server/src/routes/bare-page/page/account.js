/** The person's menu and what it opens: password, sessions, invites. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */

import { call } from './call.js'
import { make } from './element.js'
import { focusFirst, makeForm, newPasswordField, passwordField, reasonOf } from './form.js'
import { day, say } from './words.js'

const DAY_MS = 86_400_000

/**
 * @param rooms answers those that are known now
 * @param leave is called when the session is over, with the reason
 * @param leaving is told whether the session is about to end because the person wants it to
 */
export function makeMenu({ leave, leaving, me, rooms }) {
  const button = document.getElementById('me')
  const menu = document.getElementById('menu')
  button.replaceChildren(make('bdi', { textContent: me.displayName }))
  button.title = say('menu')
  const entry = (key, open, className = '') =>
    make('button', {
      type: 'button',
      className,
      textContent: say(key),
      on: { click: () => (menu.hidePopover(), open()) },
    })
  // Which rooms there are is known only when it opens.
  menu.addEventListener('beforetoggle', ({ newState }) => {
    if (newState !== 'open') return
    const all = rooms()
    menu.replaceChildren(
      make(
        'p',
        { className: 'whose' },
        make('bdi', { textContent: me.displayName }),
        make('span', { textContent: `@${me.username}` }),
      ),
      ...(mayInvite({ me, rooms: all })
        ? [entry('invitePeople', () => openInviteDialog({ me, rooms: all, leave }))]
        : []),
      entry('changePassword', () => openPasswordDialog({ me, leave })),
      entry('sessions', () => openSessionsDialog({ leave, leaving })),
      entry('signOut', () => signOut({ leave, leaving }), 'apart'),
    )
  })
}

async function signOut({ leave, leaving }) {
  leaving(true)
  const { ok, status } = await call('POST', 'api/sign-out', {})
  if (ok || status === 401) return leave()
  leaving(false)
  document.getElementById('notice').textContent = say(navigator.onLine ? 'unreachable' : 'offline')
}

function openPasswordDialog({ leave, me }) {
  const dialog = openDialog(say('changePassword'))
  // For password managers, which keep a password under a name.
  const whose = make('input', {
    type: 'text',
    autocomplete: 'username',
    value: me.username,
    hidden: true,
    readOnly: true,
  })
  const form = makeForm({
    id: 'change-password',
    fields: [
      passwordField('change-password', { name: 'currentPassword', label: say('currentPassword') }),
      newPasswordField('change-password', { name: 'newPassword', label: say('newPassword') }),
    ],
    button: say('changePassword'),
    doing: say('changing'),
    send: (values) => call('PUT', 'api/me/password', values),
    done: () => dialog.tell(say('passwordChanged')),
    refusals: {
      wrong_password: { field: 'currentPassword', text: say('currentPasswordWrong') },
      unauthenticated: () => {
        dialog.leave(leave)
      },
    },
  })
  form.prepend(whose)
  dialog.fill(form)
  focusFirst(form)
}

async function openSessionsDialog({ leave, leaving }) {
  const dialog = openDialog(say('sessions'))
  const list = make('ul', { className: 'sessions' })
  const fault = make('p', { className: 'error', role: 'alert' })
  const everywhere = make('button', { type: 'button', className: 'danger', textContent: say('signOutEverywhere') })
  everywhere.addEventListener('click', async () => {
    everywhere.disabled = true
    leaving(true)
    const answer = await call('POST', 'api/sign-out', { everywhere: true })
    if (answer.ok || answer.status === 401) return dialog.leave(leave, { isWanted: true })
    leaving(false)
    everywhere.disabled = false
    fault.replaceChildren(...reasonOf(answer))
  })
  const load = async () => {
    const answer = await call('GET', 'api/sessions')
    if (answer.status === 401) return dialog.leave(leave)
    if (!answer.ok) return fault.replaceChildren(...reasonOf(answer))
    list.replaceChildren(...answer.body.sessions.map((session) => sessionItem(session, end)))
  }
  const end = async (session, button) => {
    button.disabled = true
    const answer = await call('DELETE', `api/sessions/${session.id}`)
    if (answer.status === 401) return dialog.leave(leave)
    if (!answer.ok && answer.status !== 404) {
      button.disabled = false
      return fault.replaceChildren(...reasonOf(answer))
    }
    button.closest('li').remove()
    list.querySelector('button')?.focus()
  }
  dialog.fill(
    make('p', { className: 'lead', textContent: say('sessionsLead') }),
    list,
    fault,
    make(
      'div',
      { className: 'field' },
      everywhere,
      make('p', { className: 'hint', textContent: say('signOutEverywhereHint') }),
    ),
  )
  await load()
}

function sessionItem(session, end) {
  const { address, isCurrent, lastUsedAt, userAgent } = session
  const device = deviceOf(userAgent)
  const more = [isCurrent ? say('thisSession') : say('lastUsed', { day: day(lastUsedAt) }), address].filter(Boolean)
  const button = make('button', {
    type: 'button',
    className: 'quiet',
    textContent: say('end'),
    aria: { label: say('endOf', { device }) },
    on: { click: () => end(session, button) },
  })
  return make(
    'li',
    {},
    make(
      'div',
      {},
      make('p', { textContent: device }),
      make('p', { className: 'hint', textContent: more.join(' · ') }),
    ),
    // The own one is ended by signing out.
    isCurrent ? undefined : button,
  )
}

/** Enough to tell a phone from a laptop; which browser it is exactly, they do not say. */
function deviceOf(userAgent = '') {
  const first = (names) => names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = first([
    [/\bEdg/, 'Edge'],
    [/\bWhale\//, 'Whale'],
    [/\bSamsungBrowser\//, 'Samsung Internet'],
    [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
    [/\bChrome\/|\bHeadlessChrome\/|\bCriOS\//, 'Chrome'],
    [/\bSafari\//, 'Safari'],
  ])
  const system = first([
    [/\biPhone\b/, 'iPhone'],
    [/\biPad\b/, 'iPad'],
    [/\bAndroid\b/, 'Android'],
    [/\bWindows\b/, 'Windows'],
    [/\bMacintosh\b/, 'Mac'],
    [/\bLinux\b/, 'Linux'],
  ])
  if (browser !== undefined && system !== undefined) return say('device', { browser, system })
  return browser ?? (userAgent === '' ? say('unknownDevice') : userAgent.split(/[ (]/)[0])
}

export function mayInvite({ me, rooms }) {
  return placesFor({ me, rooms }).length > 0
}

/** To the site by its admins, as guests by a room's moderators. */
function placesFor({ me: { siteRole }, rooms }) {
  if (siteRole === 'guest') return []
  const isAdmin = siteRole === 'owner' || siteRole === 'admin'
  const into = rooms.filter(
    ({ archived, my }) => !archived && (my?.role === 'moderator' || (isAdmin && my !== undefined)),
  )
  return [
    ...(isAdmin ? [{ text: say('wholeSite'), body: { role: 'member' } }] : []),
    ...(isAdmin
      ? into.map(({ id, name }) => ({
          text: say('roomAsMember', { room: name }),
          body: { roomId: id, role: 'member' },
        }))
      : []),
    ...into.map(({ id, name }) => ({ text: say('roomAsGuest', { room: name }), body: { roomId: id, role: 'guest' } })),
  ]
}

export function openInviteDialog({ leave, me, rooms }) {
  const dialog = openDialog(say('invitePeople'))
  const places = placesFor({ me, rooms })
  const into = choice(
    'into',
    say('inviteInto'),
    places.map(({ text }) => text),
  )
  const uses = choice('uses', say('inviteUses'), [say('usesOne'), say('usesAny')])
  const days = choice('days', say('inviteDays'), [say('day'), say('week'), say('month')], 1)
  const form = makeForm({
    id: 'invite',
    fields: [],
    button: say('makeLink'),
    doing: say('making'),
    send: () =>
      call('POST', 'api/invites', {
        ...places[into.chosen()].body,
        ...(uses.chosen() === 0 && { uses: 1 }),
        expiresAt: new Date(Date.now() + [1, 7, 30][days.chosen()] * DAY_MS).toISOString(),
      }),
    done(body) {
      form.replaceWith(linkBox(body.url))
      dialog.element.querySelector('.link-box button').focus()
    },
    refusals: {
      unauthenticated: () => {
        dialog.leave(leave)
      },
    },
  })
  form.prepend(into.box, uses.box, days.box)
  dialog.fill(make('p', { className: 'lead', textContent: say('inviteLead') }), form)
  focusFirst(form)
}

function choice(name, label, texts, preset = 0) {
  const id = `invite-${name}`
  const select = make(
    'select',
    { id },
    ...texts.map((text, i) => make('option', { value: String(i), textContent: text })),
  )
  select.selectedIndex = preset
  const box = make('div', { className: 'field' }, make('label', { htmlFor: id, textContent: label }), select)
  return { box, chosen: () => select.selectedIndex }
}

function linkBox(url) {
  const input = make('input', { id: 'invite-link', type: 'text', readOnly: true, value: url })
  const status = make('p', { className: 'hint', role: 'status', textContent: say('linkHint') })
  const button = make('button', { type: 'button', textContent: say('copy') })
  input.addEventListener('focus', () => input.select())
  button.addEventListener('click', async () => {
    status.textContent = say((await copy(input)) ? 'copied' : 'copyFailed')
  })
  return make(
    'div',
    { className: 'link-box field' },
    make('label', { htmlFor: input.id, textContent: say('link') }),
    make('div', { className: 'row' }, input, button),
    status,
  )
}

/** The clipboard is there only over https and on the own machine. */
async function copy(input) {
  try {
    await navigator.clipboard.writeText(input.value)
    return true
  } catch {
    input.select()
    return document.execCommand('copy')
  }
}

function openDialog(title) {
  const close = make('button', { type: 'button', className: 'quiet', textContent: say('close') })
  const heading = make('h2', { id: 'dialog-title', textContent: title })
  const element = make(
    'dialog',
    { aria: { labelledby: heading.id } },
    make('div', { className: 'row' }, heading, close),
  )
  const body = make('div', { className: 'dialog-body' })
  element.append(body)
  close.addEventListener('click', () => element.close())
  element.addEventListener('close', () => element.remove())
  document.body.append(element)
  element.showModal()
  return {
    element,
    fill: (...parts) => body.replaceChildren(...parts),
    tell(text) {
      body.replaceChildren(make('p', { role: 'status', textContent: text }))
      close.focus()
    },
    leave(leave, { isWanted = false } = {}) {
      element.close()
      leave(isWanted ? undefined : say('signedOut'))
    },
  }
}
