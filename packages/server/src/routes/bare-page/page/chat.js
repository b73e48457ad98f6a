/** Rooms, one room's messages live, and a form to write to it. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-misused-promises */

import { makeMenu, mayInvite, openInviteDialog } from './account.js'
import { call } from './call.js'
import { make } from './element.js'
import { ignoreComposition } from './form.js'
import { say, timeOfDay } from './words.js'

const byId = (id) => document.getElementById(id)
const UNSENT = 'suda.unsent'

let page
let rooms = []
let stream
let roomId
/** The session is ended by this page itself, so nobody has to be told that it is over. */
let isLeaving = false
/** The text that was not acknowledged yet, under the id that makes sending it again safe. */
let unsent

/** @param leave goes to the sign-in, with the reason */
export async function showChat({ leave, me, site }) {
  page = { leave, me, site, isNew: sessionStorage.getItem('suda.isNew') !== null }
  sessionStorage.removeItem('suda.isNew')
  document.title = site.name
  byId('site-name').textContent = site.name
  byId('site-name').title = site.name
  byId('room-list').setAttribute('aria-label', say('rooms'))
  byId('messages').setAttribute('aria-label', say('messages'))
  byId('text-label').textContent = say('message')
  byId('send').textContent = say('send')
  byId('room-name').textContent = say('noRoom')
  isLeaving = false
  makeMenu({ me, rooms: () => rooms, leave: signedOut, leaving: (value) => (isLeaving = value) })
  ignoreComposition(byId('post-form'))
  byId('post-form').addEventListener('submit', post)
  window.addEventListener('hashchange', () => openRoom(roomInAddress()))
  byId('chat').hidden = false
  await loadRooms()
}

/** The session is over. What was not sent is kept for whoever wrote it. */
function signedOut(reason) {
  closeStream()
  rooms = []
  document.querySelector('dialog')?.close()
  const text = byId('text').value
  if (reason !== undefined && text !== '') {
    sessionStorage.setItem(UNSENT, JSON.stringify({ text, userId: page.me.id }))
  }
  byId('messages').replaceChildren()
  page.leave(reason)
}

async function loadRooms() {
  const answer = await call('GET', 'api/rooms?browse=true')
  if (answer.status === 401) return signedOut(say('signedOut'))
  if (!answer.ok) {
    notice(say('notLoaded'))
    return setTimeout(loadRooms, 2_000)
  }
  rooms = answer.body.rooms
  byId('rooms').replaceChildren(...rooms.map(roomItem))
  if (rooms.length === 0) return showEmpty(make('p', { textContent: say('noRoomLead') }))
  openRoom(roomInAddress() ?? rooms.find(({ my }) => my !== undefined) ?? rooms[0])
  byId('text').value ||= takeUnsent()
  // Ready to write, but no keyboard over the page that nobody asked for.
  if (document.activeElement === document.body && matchMedia('(hover: hover)').matches) byId('text').focus()
}

function takeUnsent() {
  const { text, userId } = JSON.parse(sessionStorage.getItem(UNSENT) ?? '{}')
  sessionStorage.removeItem(UNSENT)
  return userId === page.me.id ? text : ''
}

function roomItem({ id, name, slug }) {
  const button = make('button', { type: 'button', textContent: name, title: name, data: { room: id } })
  button.addEventListener('click', () => (location.hash = slug))
  return make('li', {}, button)
}

function roomInAddress() {
  const slug = decoded(location.hash.slice(1))
  return rooms.find((room) => room.slug === slug)
}

function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function openRoom(room) {
  if (room === undefined || room.id === roomId) return
  closeStream()
  roomId = room.id
  byId('room-name').textContent = room.name
  byId('messages').replaceChildren()
  byId('empty').hidden = true
  byId('text').placeholder = say('writeTo', { room: room.name })
  for (const button of byId('rooms').querySelectorAll('button')) {
    button.setAttribute('aria-current', String(button.dataset.room === room.id))
  }
  for (const control of byId('post-form').elements) control.disabled = false
  openStream()
}

function openStream() {
  stream = new EventSource(`api/rooms/${roomId}/feed`)
  stream.addEventListener('hello', () => notice(''))
  stream.addEventListener('messages', ({ data }) => showMessages(JSON.parse(data)))
  stream.addEventListener('message', ({ data }) => showMessage(JSON.parse(data)))
  stream.addEventListener('change', ({ data }) => showChange(JSON.parse(data)))
  stream.addEventListener('bye', dismissed)
  stream.addEventListener('error', lost)
}

/** The old one first: a browser has only six connections for a server. */
function closeStream() {
  stream?.close()
  stream = undefined
  roomId = undefined
}

/** Where coming again can help, the browser does so by itself. */
async function dismissed({ data, target }) {
  if (target !== stream || JSON.parse(data).reconnect) return
  target.close()
  await lost({ target })
}

/** An EventSource comes again by itself, unless it was refused; why, it cannot say. */
async function lost({ target }) {
  notice(say('connecting'))
  if (target.readyState !== EventSource.CLOSED || target !== stream || isLeaving) return
  closeStream()
  const { status } = await call('GET', 'api/me')
  if (status === 401) return signedOut(say('signedOut'))
  if (status === 200) return notice(say('roomClosed'))
  await loadRooms()
}

function showMessages(messages) {
  byId('messages').replaceChildren(...messages.map(messageItem))
  if (messages.length === 0) showEmpty(...firstSteps())
  else byId('empty').hidden = true
  byId('conversation').scrollTop = byId('conversation').scrollHeight
}

function showEmpty(...parts) {
  byId('empty').replaceChildren(...parts)
  byId('empty').hidden = false
}

/** Whoever runs the site is told what to do with it; others that nobody has written. */
function firstSteps() {
  const { me } = page
  if (me.siteRole !== 'owner') return [make('p', { textContent: say('empty') })]
  const invite = make('button', { type: 'button', className: 'link', textContent: say('makeInvite') })
  invite.addEventListener('click', () => openInviteDialog({ me, rooms, leave: signedOut }))
  const room = rooms.find(({ id }) => id === roomId)
  return [
    make('h3', { textContent: page.isNew ? say('firstSteps') : say('empty') }),
    make(
      'ol',
      { className: 'steps' },
      make('li', { textContent: say('stepWrite') }),
      mayInvite({ me, rooms }) ? make('li', {}, `${say('stepInvite')} `, invite) : undefined,
      make('li', {}, say('stepProgram'), make('code', { tabIndex: 0, textContent: command(me, room) })),
    ),
  ]
}

function command({ username }, { slug }) {
  const api = new URL(`api/rooms/${encodeURIComponent(slug)}/messages`, location.href).href
  return [
    `TOKEN=$(npm run -s suda -- token add ${username} --label script)`,
    `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/plain' --data hello ${api}`,
  ].join('\n')
}

function showMessage(message) {
  byId('empty').hidden = true
  const list = byId('messages')
  const view = byId('conversation')
  const isAtEnd = view.scrollHeight - view.scrollTop - view.clientHeight < 40
  const known = list.querySelector(`[data-id="${message.id}"]`)
  if (known === null) list.append(messageItem(message))
  else known.replaceWith(messageItem(message))
  if (isAtEnd) view.scrollTop = view.scrollHeight
}

function showChange({ payload, type }) {
  if (type !== 'message.edited' && type !== 'message.deleted') return
  const { message, users } = payload
  // One that is not on the page stays off it.
  if (byId('messages').querySelector(`[data-id="${message.id}"]`) === null) return
  const author = users.find(({ id }) => id === message.authorId) ?? {}
  showMessage({ ...message, author })
}

function messageItem(message) {
  const { author, createdAt, deletedAt, editedAt, id } = message
  const head = make(
    'div',
    { className: 'head' },
    make('bdi', { className: 'author', textContent: author.displayName ?? say('deletedUser') }),
    make('time', { dateTime: createdAt, textContent: timeOfDay(createdAt) }),
    editedAt && !deletedAt ? make('span', { className: 'mark', textContent: say('edited') }) : undefined,
  )
  return make('li', { data: { id } }, head, messageText(message))
}

function messageText({ deletedAt, system, text }) {
  if (deletedAt) return make('p', { className: 'mark', textContent: say('deleted') })
  if (system)
    return make('p', { className: 'mark', textContent: [system.type, system.value].filter(Boolean).join(': ') })
  return make('p', { className: 'text', dir: 'auto', textContent: text })
}

async function post(event) {
  event.preventDefault()
  const field = byId('text')
  const text = field.value
  if (text.trim() === '' || roomId === undefined) return
  if (unsent?.text !== text || unsent.roomId !== roomId) unsent = { id: newId(), text, roomId }
  const { body, ok, status } = await call('POST', `api/rooms/${unsent.roomId}/messages`, { id: unsent.id, text })
  if (status === 401) return signedOut(say('signedOut'))
  if (!ok) return notice(body?.detail ?? body?.title ?? say('notSent'))
  unsent = undefined
  notice('')
  if (field.value === text) field.value = ''
}

/** `crypto.randomUUID` is not there over plain http. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function notice(text) {
  byId('notice').textContent = text
}
