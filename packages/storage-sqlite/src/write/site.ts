/** The site's own settings. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { siteOf } from '../rows.ts'
import { selectSite } from '../select.ts'
import { append, type Tx } from './tx.ts'

export function changeSite(draft: DraftOf<'site.changed'>, tx: Tx): CommittedChange {
  const old = siteOf(selectSite(tx.sql))
  const site = { ...old, ...draft.site, revision: old.revision + 1 }
  tx.sql.run(
    'UPDATE site SET name = ?, sign_up = ?, default_rooms = ?, keep_edits = ?, revision = ?',
    site.name,
    site.signUp,
    JSON.stringify(site.defaultRooms),
    site.keepEdits ? 1 : 0,
    site.revision,
  )
  return append(tx, draft, { type: 'site.changed', payload: { site } })
}
