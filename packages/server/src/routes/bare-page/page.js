/** The bare page: which of its parts is shown, by the address and by who asks. Addresses are relative. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-misused-promises, typescript/no-unsafe-member-access */

import { call } from './page/call.js'
import { showChat } from './page/chat.js'
import { showFault, showInvite, showSetUp, showSignIn, showSignUp } from './page/entry.js'
import { language } from './page/words.js'

document.documentElement.lang = language
await open()

async function open() {
  const [asked, me] = await Promise.all([call('GET', 'api/site'), whoAsks()])
  if (!asked.ok) return showFault(asked, open)
  if (me.status !== 200 && me.status !== 401) return showFault(me, open)
  const site = asked.body
  const user = me.body?.user
  const path = location.pathname.split('/').at(-1)
  if (path === 'set-up') return showSetUp({ me: user, site })
  if (path === 'invite') {
    // Another invite in the same tab changes no more than what stands behind `#`.
    window.addEventListener('hashchange', () => showInvite({ me: user, site }))
    return showInvite({ me: user, site })
  }
  if (user === undefined) {
    if (path === 'sign-up') return showSignUp({ site })
    if (path === 'sign-in') return showSignIn({ site })
    return site.needsSetUp ? toSetUp(site) : toSignIn(site)
  }
  if (path !== '') return location.replace('./')
  return showChat({ me: user, site, leave: (reason) => toSignIn(site, reason) })
}

/** The page knows whether it came with a session, which may have ended since. */
async function whoAsks() {
  if (document.body.dataset.signedIn !== 'true') return { status: 401 }
  const answer = await call('GET', 'api/me')
  return answer.status === 401 ? { status: 401 } : answer
}

function toSignIn(site, reason) {
  const { hash } = location
  history.replaceState(null, '', 'sign-in')
  showSignIn({ hash, reason, site })
}

function toSetUp(site) {
  history.replaceState(null, '', 'set-up')
  showSetUp({ site })
}
