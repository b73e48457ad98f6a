/**
 * Forms that are sent once: fields with visible labels, faults beside the field that they concern, a button that says
 * what happens. Enter that ends a composition (Hangul, Kana) sends nothing.
 */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */

import { make } from './element.js'
import { say, timeOfDay } from './words.js'

/**
 * @param id begins the ids of the fields
 * @param fields as `textField` makes them
 * @param send takes the values by name and answers as `call` does
 * @param done takes the answer's body
 * @param refusals by code: `{field?, text}`, or a function of the answer that does something else or answers such a fault
 */
export function makeForm({ id, fields, button, doing, send, done, refusals = {} }) {
  const fault = make('p', { className: 'error', role: 'alert', id: `${id}-fault` })
  const submit = make('button', { textContent: button })
  const form = make('form', { id, noValidate: true }, ...fields.map(({ box }) => box), fault, submit)
  const state = { form, fields, fault, submit, refusals, isSending: false, countdown: undefined }
  ignoreComposition(form)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (state.isSending || !isComplete(state)) return
    const values = Object.fromEntries(
      fields.flatMap((field) => (field.value() === '' ? [] : [[field.name, field.value()]])),
    )
    begin(state, doing)
    const answer = await send(values)
    const isDone = answer.ok ? (await done(answer.body)) !== 'again' : false
    // What leads to another page stays as it is until that is there.
    if (isDone) return
    end(state, button)
    if (!answer.ok) refuse(state, answer)
  })
  return form
}

/** Enter chooses among the candidates of an input method before it sends anything. */
export function ignoreComposition(form) {
  form.addEventListener('keydown', (event) => {
    // Safari tells of such an Enter after the composition, by the code alone.
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.preventDefault()
  })
}

/** @param check takes the value and answers what is wrong with it, if anything is */
export function textField({ form, name, label, hint, check, type = 'text', ...attributes }) {
  const id = `${form}-${name}`
  const fault = make('p', { className: 'error', id: `${id}-fault`, hidden: true })
  const input = make('input', { id, name, type, autocapitalize: 'none', spellcheck: false, ...attributes })
  input.setAttribute('autocorrect', 'off')
  const advice = hint === undefined ? undefined : make('p', { className: 'hint', id: `${id}-hint`, textContent: hint })
  if (advice !== undefined) input.setAttribute('aria-describedby', advice.id)
  // What is wrong takes the place of the advice.
  const complain = (text) => {
    fault.textContent = text ?? ''
    fault.hidden = text === undefined
    if (advice !== undefined) advice.hidden = text !== undefined
    const description = text === undefined ? advice : fault
    if (text === undefined) input.removeAttribute('aria-invalid')
    else input.setAttribute('aria-invalid', 'true')
    if (description === undefined) input.removeAttribute('aria-describedby')
    else input.setAttribute('aria-describedby', description.id)
  }
  input.addEventListener('input', () => complain(undefined))
  const { around, cover } = type === 'password' ? withShowButton(input) : { around: input, cover: () => {} }
  const box = make(
    'div',
    { className: 'field' },
    make('label', { htmlFor: id, textContent: label }),
    around,
    fault,
    advice,
  )
  const value = () => (type === 'password' ? input.value : input.value.trim())
  return { name, input, box, value, check, complain, cover }
}

export function usernameField(form) {
  return textField({
    form,
    name: 'username',
    label: say('username'),
    hint: say('usernameHint'),
    autocomplete: 'username',
    check(value) {
      const name = value.toLowerCase()
      if (name === '') return say('usernameMissing')
      if (/[^a-z0-9._-]/.test(name)) return say('usernameLetters')
      if (name.length < 2 || name.length > 32) return say('usernameLength')
      return /[.-]$/.test(name) ? say('usernameEnd') : undefined
    },
  })
}

export function displayNameField(form) {
  return textField({
    form,
    name: 'displayName',
    label: say('displayName'),
    hint: say('displayNameHint'),
    autocomplete: 'nickname',
    autocapitalize: 'words',
    check: (value) => (value.length > 64 ? say('tooLong', { most: 64 }) : undefined),
  })
}

export function newPasswordField(form, { name = 'password', label = say('password') } = {}) {
  return textField({
    form,
    name,
    label,
    hint: say('passwordHint'),
    type: 'password',
    autocomplete: 'new-password',
    check(value) {
      if (value.length < 8) return value === '' ? say('passwordHint') : say('passwordShort', { length: value.length })
      return value.length > 256 ? say('tooLong', { most: 256 }) : undefined
    },
  })
}

export function passwordField(form, { name = 'password', label = say('password') } = {}) {
  const check = (value) => (value === '' ? say('passwordMissing') : undefined)
  return textField({ form, name, label, type: 'password', autocomplete: 'current-password', check })
}

/** Where the eyes go first; on a touch screen that would open the keyboard over the page. */
export function focusFirst(form) {
  if (!matchMedia('(hover: hover)').matches) return
  const inputs = [...form.querySelectorAll('input, select')].filter((input) => input.offsetParent !== null)
  const first = inputs.find(({ value }) => value === '') ?? inputs[0]
  first?.focus()
}

function withShowButton(input) {
  const button = make('button', { type: 'button', className: 'show', textContent: say('show') })
  const turn = (isShown) => {
    input.type = isShown ? 'text' : 'password'
    button.textContent = say(isShown ? 'hide' : 'show')
    button.setAttribute('aria-label', say(isShown ? 'hidePassword' : 'showPassword'))
  }
  button.setAttribute('aria-controls', input.id)
  turn(false)
  button.addEventListener('click', () => turn(input.type === 'password'))
  const around = make('div', { className: 'with-button' }, input, button)
  return { around, cover: () => turn(false) }
}

function isComplete({ fields, fault }) {
  fault.textContent = ''
  for (const field of fields) field.complain(field.check?.(field.value()))
  return focusFirstWrong(fields) === undefined
}

function focusFirstWrong(fields) {
  const wrong = fields.find(({ input }) => input.getAttribute('aria-invalid') === 'true')
  wrong?.input.focus()
  return wrong
}

function begin(state, doing) {
  clearInterval(state.countdown)
  state.fault.removeAttribute('aria-live')
  state.isSending = true
  state.fault.textContent = ''
  state.submit.disabled = true
  state.submit.textContent = doing
  for (const { cover, input } of state.fields) {
    // A browser knows a password by its covered field, and offers to keep it.
    cover()
    input.readOnly = true
  }
}

function end(state, button) {
  state.isSending = false
  state.submit.disabled = false
  state.submit.textContent = button
  for (const { input } of state.fields) input.readOnly = false
}

function refuse(state, answer) {
  const { fields, refusals, submit } = state
  const known = refusals[answer.body?.code]
  const fault = typeof known === 'function' ? known(answer) : known
  if (known !== undefined && fault === undefined) return
  const { field: name, text } = fault ?? byField(fields, answer) ?? {}
  const field = fields.find((candidate) => candidate.name === name)
  if (field === undefined) {
    tellBesideButton(state, answer, text)
    return submit.focus()
  }
  field.complain(text)
  focusFirstWrong(fields)
}

/** What the checks here did not find, the server says with the place. */
function byField(fields, { body }) {
  const name = body?.pointer?.slice(1)
  // Which passwords are common, the server alone knows.
  if (name === undefined && body?.code === 'validation_failed' && body.detail?.includes('password')) {
    const password = fields.find(({ input }) => input.autocomplete === 'new-password')
    return password === undefined ? undefined : { field: password.name, text: say('passwordWeak') }
  }
  const field = fields.find((candidate) => candidate.name === name)
  return field === undefined ? undefined : { field: name, text: field.check?.(field.value()) ?? say('fieldWrong') }
}

function tellBesideButton(state, answer, text) {
  if (text === undefined && answer.status === 429) return countDown(state, answer.retryAfter)
  state.fault.replaceChildren(...(text === undefined ? reasonOf(answer) : [text]))
}

/** Why nothing came of it, as nodes; codes only behind “Details”. */
export function reasonOf({ body, status }) {
  if (status === 0) return [say(navigator.onLine ? 'unreachable' : 'offline')]
  if (status === 403) return [say('forbidden')]
  if (status === 429 || status === 503) return [say('busy')]
  const what = [body?.detail ?? body?.title, body?.requestId].filter(Boolean).join(' · ') || String(status)
  const details = make('details', {}, make('summary', { textContent: say('details') }), what)
  return [say('failed'), details]
}

/** By the second, or for a longer time by the clock. */
function countDown(state, seconds) {
  const until = Date.now() + seconds * 1_000
  if (seconds > 90) {
    // A minute later than it seems, since a clock shows no seconds.
    state.fault.textContent = say('rateLimitedLong', { time: timeOfDay(until + 60_000) })
    return
  }
  const { fault, submit } = state
  const tell = () => {
    const left = Math.ceil((until - Date.now()) / 1_000)
    fault.textContent = timeLeft(left)
    submit.disabled = left > 0
    if (left <= 0) clearInterval(state.countdown)
  }
  // Read aloud once, not by the second.
  fault.removeAttribute('aria-live')
  tell()
  state.countdown = setInterval(() => {
    fault.setAttribute('aria-live', 'off')
    tell()
  }, 1_000)
}

function timeLeft(seconds) {
  if (seconds <= 0) return say('rateLimitOver')
  return seconds === 1 ? say('rateLimitedSoon') : say('rateLimited', { seconds })
}
