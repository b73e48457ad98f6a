/** The site's own settings. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { siteOf } from '../mappers-document.ts'
import { append, type Tx } from './tx.ts'

export async function changeSite(draft: DraftOf<'site.changed'>, tx: Tx): Promise<CommittedChange> {
  const old = await tx.docs.get('site', 'site')
  if (old === undefined) throw new Error('the database has no site')
  const next = { ...old, ...draft.site, revision: old.revision + 1 }
  tx.docs.replace('site', next)
  return append(tx, draft, { type: 'site.changed', payload: { site: siteOf(next) } })
}
