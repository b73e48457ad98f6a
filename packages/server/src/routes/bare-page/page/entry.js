/** The ways in: set-up, sign-in, sign-up, invites. Each is one column; all lead to the chat by a load of its own. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */

import { call } from './call.js'
import { make } from './element.js'
import {
  displayNameField,
  focusFirst,
  makeForm,
  newPasswordField,
  passwordField,
  reasonOf,
  textField,
  usernameField,
} from './form.js'
import { dayAndTime, say } from './words.js'

/** @param site as the server answers @param me the user, if somebody is signed in */
export function showSetUp({ me, site }) {
  const code = location.hash.slice(1)
  // The code is worth the site: it stays in no history and in no picture of the screen.
  history.replaceState(null, '', location.pathname)
  if (!site.needsSetUp) return showSetUpOver(me)
  const codeField = setUpCodeField(code)
  const fields = [
    codeField,
    textField({
      form: 'set-up',
      name: 'siteName',
      label: say('siteName'),
      hint: say('siteNameHint'),
      autocomplete: 'off',
      autocapitalize: 'words',
      check(value) {
        if (value === '') return say('siteNameMissing')
        return value.length > 80 ? say('tooLong', { most: 80 }) : undefined
      },
    }),
    usernameField('set-up'),
    displayNameField('set-up'),
    newPasswordField('set-up'),
  ]
  const form = makeForm({
    id: 'set-up',
    fields,
    button: say('setUpButton'),
    doing: say('setUpDoing'),
    send: (values) => call('POST', 'api/setup', named(values)),
    done: () => enter('', { isNew: true }),
    refusals: {
      forbidden() {
        codeField.box.hidden = false
        return { field: 'code', text: say('codeWrong') }
      },
      conflict: () => {
        showSetUpOver(me)
      },
      ...aboutNames,
    },
  })
  show(
    { title: say('setUpTitle'), lead: say('setUpLead') },
    form,
    make('p', { className: 'other' }, link('sign-in', 'haveAccount')),
  )
  focusFirst(form)
}

function showSetUpOver(me) {
  const way = me === undefined ? link('sign-in', 'signIn', 'button') : link('./', 'joinSite', 'button')
  show({ title: say('setUpOver'), lead: say('setUpOverLead') }, make('p', {}, way))
}

/** Seen only where the address did not bring the code; takes the whole line or address as well. */
function setUpCodeField(code) {
  const field = textField({
    form: 'set-up',
    name: 'code',
    label: say('code'),
    hint: say('codeHint'),
    autocomplete: 'off',
    check: (value) => (value === '' ? say('codeMissing') : undefined),
  })
  field.input.value = code
  field.box.hidden = code !== ''
  return { ...field, value: () => field.input.value.trim().replace(/^.*#/, '') }
}

/** @param reason why one is here, if it is not by one's own will @param hash of the room to go to */
export function showSignIn({ hash = '', reason, site }) {
  const form = signInForm({ button: say('signIn'), done: () => enter(hash) })
  show(
    { title: say('signInTitle', { site: site.name }), lead: site.name === 'Suda' ? say('about') : undefined },
    reason === undefined ? undefined : make('p', { className: 'reason', role: 'status', textContent: reason }),
    form,
    wayToSignUp(site),
    make('details', { className: 'other' }, make('summary', { textContent: say('withToken') }), tokenForm(hash)),
  )
  focusFirst(form)
}

function wayToSignUp({ needsSetUp, signUp }) {
  if (needsSetUp) return make('p', { className: 'other', textContent: say('notSetUp') })
  if (signUp === 'open') return make('p', { className: 'other' }, `${say('newHere')} `, link('sign-up', 'signUp'))
  if (signUp === 'invite')
    return make('p', { className: 'other', textContent: `${say('newHere')} ${say('signUpByInvite')}` })
  return undefined
}

function signInForm({ button, done }) {
  const name = textField({
    form: 'sign-in',
    name: 'name',
    label: say('name'),
    autocomplete: 'username',
    inputMode: 'email',
    check: (value) => (value === '' ? say('nameMissing') : undefined),
  })
  return makeForm({
    id: 'sign-in',
    fields: [name, passwordField('sign-in')],
    button,
    doing: say('signInDoing'),
    send: ({ name: given, password }) =>
      call('POST', 'api/sign-in', { [given.includes('@') ? 'email' : 'username']: given, password }),
    done,
    refusals: {
      wrong_password: { field: 'password', text: say('wrongPassword') },
      forbidden: { text: say('suspended') },
    },
  })
}

function tokenForm(hash) {
  const token = textField({
    form: 'by-token',
    name: 'token',
    label: say('token'),
    hint: say('tokenHint'),
    type: 'password',
    autocomplete: 'off',
    check: (value) => (value === '' ? say('tokenMissing') : undefined),
  })
  return makeForm({
    id: 'by-token',
    fields: [token],
    button: say('signIn'),
    doing: say('signInDoing'),
    send: (values) => call('POST', 'api/sessions', undefined, { authorization: `Bearer ${values.token.trim()}` }),
    done: () => enter(hash),
    refusals: { unauthenticated: { field: 'token', text: say('tokenWrong') } },
  })
}

export function showSignUp({ site }) {
  const title = say('signUpTitle', { site: site.name })
  const other = make('p', { className: 'other' }, link('sign-in', 'haveAccount'))
  if (site.signUp !== 'open') return showSignUpClosed(site, other)
  const form = signUpForm({
    done: () => enter(''),
    refusals: {
      sign_up_closed: () => {
        showSignUpClosed(site, other)
      },
    },
  })
  show({ title, lead: site.name === 'Suda' ? say('about') : undefined }, form, other)
  focusFirst(form)
}

function showSignUpClosed({ needsSetUp, signUp }, other) {
  if (needsSetUp) return show({ title: say('signUpClosed'), lead: say('notSetUp') }, other)
  const isByInvite = signUp === 'invite'
  const title = say(isByInvite ? 'signUpNeedsInvite' : 'signUpClosed')
  show({ title, lead: say(isByInvite ? 'signUpNeedsInviteLead' : 'signUpClosedLead') }, other)
}

function signUpForm({ done, invite, refusals }) {
  return makeForm({
    id: 'sign-up',
    fields: [usernameField('sign-up'), displayNameField('sign-up'), newPasswordField('sign-up')],
    button: say('signUpButton'),
    doing: say('signUpDoing'),
    send: (values) => call('POST', 'api/sign-up', { ...named(values), ...(invite !== undefined && { invite }) }),
    done,
    refusals: { ...refusals, ...aboutNames },
  })
}

/** Where the link of an invite leads; its code stands behind `#`, which no server sees. */
export async function showInvite({ me, site }) {
  const code = location.hash.slice(1)
  const path = `api/invites/${encodeURIComponent(code)}`
  const answer = code === '' ? { status: 404 } : await call('GET', `${path}/preview`)
  if (answer.status === 404) return showInvalid(me)
  if (!answer.ok) return showFault(answer, () => showInvite({ me, site }))
  const invite = { code, path, ...answer.body }
  if (me !== undefined) return showJoin(invite, me)
  if (site.signUp === 'closed') return showAcquainted(invite, site)
  return showNewcomer(invite, site)
}

function showNewcomer(invite, site) {
  const refusals = {
    invite_invalid: () => {
      showInvalid()
    },
    sign_up_closed: () => {
      showSignUpClosed({ signUp: 'closed' })
    },
  }
  const done = async () => enter(await roomNamed(invite.room?.name))
  const form = signUpForm({ done, invite: invite.code, refusals })
  show(
    introduce(invite),
    form,
    turnTo('haveAccount', () => showAcquainted(invite, site)),
  )
  focusFirst(form)
}

function showAcquainted(invite, site) {
  const form = signInForm({ button: say('joinSignIn'), done: async () => useInvite(invite) })
  const other = site.signUp === 'closed' ? undefined : turnTo('haveNone', () => showNewcomer(invite, site))
  show(introduce(invite), form, other)
  focusFirst(form)
}

function showJoin(invite, { displayName }) {
  const { room } = invite
  const form = makeForm({
    id: 'join',
    fields: [],
    button: room === undefined ? say('joinSite') : say('joinRoom', { room: room.name }),
    doing: say('joining'),
    send: () => call('POST', `${invite.path}/join`, {}),
    done: (body) => enter(hashOf(body?.room)),
    refusals: {
      invite_invalid: () => {
        showInvalid({ displayName })
      },
    },
  })
  show(introduce(invite), make('p', { textContent: say('signedInAs', { name: displayName }) }), form)
}

/** @returns for the form that signed in */
async function useInvite(invite) {
  const answer = await call('POST', `${invite.path}/join`, {})
  // Signed in they are in any case.
  if (!answer.ok) return answer.body?.code === 'invite_invalid' ? showInvalid({}) : enter('')
  return enter(hashOf(answer.body?.room))
}

function introduce({ expiresAt, invitedBy, room, site }) {
  const lead =
    room === undefined
      ? say('inviteToSite', { site: site.name })
      : say('inviteToRoom', { site: site.name, room: room.name })
  const members = room === undefined ? [] : [say('members', { count: room.memberCount })]
  const more = [...members, say('validUntil', { time: dayAndTime(expiresAt) })].join(' · ')
  return { title: say('inviteTitle', { inviter: invitedBy }), lead, more }
}

function showInvalid(me) {
  const way = me === undefined ? link('sign-in', 'haveAccount') : link('./', 'joinSite')
  show({ title: say('inviteInvalid'), lead: say('inviteInvalidLead') }, make('p', { className: 'other' }, way))
}

/** @param again what to try again */
export function showFault(answer, again) {
  const button = make('button', { type: 'button', textContent: say('again'), on: { click: again } })
  show({ title: say('faultTitle') }, make('p', { className: 'error', role: 'alert' }, ...reasonOf(answer)), button)
  button.focus()
}

/** By a load of its own: nothing that was typed is left, and the browser sees that the sign-in went well. */
function enter(hash, { isNew = false } = {}) {
  if (isNew) sessionStorage.setItem('suda.isNew', 'yes')
  location.replace(`./${hash}`)
}

async function roomNamed(name) {
  if (name === undefined) return ''
  const { body } = await call('GET', 'api/rooms')
  return hashOf(body?.rooms.find((room) => room.name === name))
}

function hashOf(room) {
  return room === undefined ? '' : `#${room.slug}`
}

/** User names are in lower case, whatever a keyboard makes of the first letter. */
function named(values) {
  return { ...values, username: values.username.toLowerCase() }
}

const aboutNames = {
  taken: { field: 'username', text: say('taken') },
}

/** @param more in small letters below the lead */
function show({ lead, more, title }, ...parts) {
  document.title = `${title} · Suda`
  const brand = make(
    'p',
    { className: 'brand' },
    make('img', { src: 'page.svg', alt: '', width: 24, height: 24 }),
    'Suda',
  )
  const intro = lead === undefined ? undefined : make('p', { className: 'lead', textContent: lead })
  const small = more === undefined ? undefined : make('p', { className: 'hint', textContent: more })
  const head = make('div', { className: 'head' }, brand, make('h1', { textContent: title }), intro, small)
  const entry = document.getElementById('entry')
  entry.replaceChildren(...[head, ...parts].filter((part) => part !== undefined))
  entry.hidden = false
  document.getElementById('chat').hidden = true
}

function link(address, key, className = '') {
  return make('a', { href: address, className, textContent: say(key) })
}

function turnTo(key, turn) {
  return make(
    'p',
    { className: 'other' },
    make('button', { type: 'button', className: 'link', textContent: say(key), on: { click: turn } }),
  )
}
