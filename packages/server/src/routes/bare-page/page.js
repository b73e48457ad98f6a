/** The bare page: rooms, one room's messages live, a form. Addresses are relative, so it works below any prefix. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-misused-promises */

const byId = (id) => document.getElementById(id)
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

let rooms = []
let stream
let roomId
/** The text that was not acknowledged yet, under the id that makes sending it again safe. */
let unsent

byId('token-form').addEventListener('submit', signIn)
byId('sign-out').addEventListener('click', signOut)
byId('post-form').addEventListener('submit', post)
window.addEventListener('hashchange', () => openRoom(roomInAddress()))
byId('site-name').textContent = (await call('GET', 'api/site')).body?.name || 'Suda'
if (document.body.dataset.signedIn === 'true') await start()
else show('sign-in')

async function start() {
  const { body, status } = await call('GET', 'api/me')
  if (status === 0) return setTimeout(start, 2000)
  if (status !== 200) return show('sign-in')
  byId('me').textContent = body.user.displayName
  show('chat')
  await loadRooms()
}

async function signIn(event) {
  event.preventDefault()
  const token = byId('token').value.trim()
  const { body, status } = await call('POST', 'api/sessions', undefined, { authorization: `Bearer ${token}` })
  byId('token-error').textContent =
    status === 204 ? '' : (body?.detail ?? body?.title ?? 'The server cannot be reached.')
  if (status !== 204) return
  byId('token').value = ''
  await start()
}

async function signOut() {
  await call('POST', 'api/sign-out')
  closeStream()
  show('sign-in')
}

async function loadRooms() {
  const { body, status } = await call('GET', 'api/rooms?browse=true')
  if (status !== 200) return notice('The rooms could not be loaded.')
  rooms = body.rooms
  byId('rooms').replaceChildren(...rooms.map(roomItem))
  openRoom(roomInAddress() ?? rooms[0])
}

function roomItem(room) {
  const button = element('button', room.name)
  button.type = 'button'
  button.dataset.room = room.id
  button.addEventListener('click', () => (location.hash = room.slug))
  const item = document.createElement('li')
  item.append(button)
  return item
}

function roomInAddress() {
  const slug = decodeURIComponent(location.hash.slice(1))
  return rooms.find((room) => room.slug === slug)
}

function openRoom(room) {
  if (room === undefined || room.id === roomId) return
  closeStream()
  roomId = room.id
  byId('room-name').textContent = room.name
  byId('messages').replaceChildren()
  byId('text').placeholder = `Write to ${room.name}`
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
  stream.addEventListener('error', lost)
}

/** The old one first: a browser has only six connections for a server. */
function closeStream() {
  stream?.close()
  stream = undefined
  roomId = undefined
}

/** An EventSource comes again by itself, unless it was refused; why, it cannot say. */
async function lost({ target }) {
  notice('Connecting…')
  if (target.readyState !== EventSource.CLOSED || target !== stream) return
  closeStream()
  const { status } = await call('GET', 'api/me')
  if (status === 200) return notice('This room cannot be read any more.')
  await start()
}

function showMessages(messages) {
  byId('messages').replaceChildren(...messages.map(messageItem))
  byId('messages').scrollTop = byId('messages').scrollHeight
}

function showMessage(message) {
  const list = byId('messages')
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  const known = list.querySelector(`[data-id="${message.id}"]`)
  if (known === null) list.append(messageItem(message))
  else known.replaceWith(messageItem(message))
  if (isAtEnd) list.scrollTop = list.scrollHeight
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
  const item = document.createElement('li')
  item.dataset.id = message.id
  const head = document.createElement('div')
  head.className = 'head'
  const time = element('time', clock.format(new Date(message.createdAt)))
  time.dateTime = message.createdAt
  head.append(element('bdi', message.author.displayName ?? 'Deleted user', 'author'), time)
  if (message.editedAt && !message.deletedAt) head.append(element('span', '(edited)', 'mark'))
  item.append(head, messageText(message))
  return item
}

function messageText(message) {
  if (message.deletedAt) return element('p', 'This message was deleted.', 'mark')
  if (message.system)
    return element('p', [message.system.type, message.system.value].filter(Boolean).join(': '), 'mark')
  const text = element('p', message.text, 'text')
  text.dir = 'auto'
  return text
}

async function post(event) {
  event.preventDefault()
  const field = byId('text')
  const text = field.value
  if (text.trim() === '' || roomId === undefined) return
  if (unsent?.text !== text || unsent.roomId !== roomId) unsent = { id: newId(), text, roomId }
  const { body, status } = await call('POST', `api/rooms/${unsent.roomId}/messages`, { id: unsent.id, text })
  if (status !== 200 && status !== 201)
    return notice(body?.detail ?? body?.title ?? 'Not sent: the server cannot be reached.')
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

/** `status` is 0 if no answer came. */
async function call(method, path, body, headers = {}) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  try {
    const response = await fetch(path, { method, body: JSON.stringify(body), headers: { ...type, ...headers } })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return { status: 0, body: undefined }
  }
}

function element(name, text, className = '') {
  const made = document.createElement(name)
  made.textContent = text
  if (className !== '') made.className = className
  return made
}

function notice(text) {
  byId('notice').textContent = text
}

function show(part) {
  for (const id of ['sign-in', 'chat']) byId(id).hidden = id !== part
  if (part === 'sign-in') byId('token').focus()
}
