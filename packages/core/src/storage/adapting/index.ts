/** What every adapter of the storage port does in the same way, so that it stands here once. It does no I/O. */

export { auditDetail } from './audit-detail.ts'
export { draftedMessage, isNote, isUnreadWorthy } from './drafted-message.ts'
export { displayKey } from './display-key.ts'
export { epochOf } from './epoch.ts'
export { Feed, type ReadLog } from './feed.ts'
export { namedIn } from './named-in.ts'
export { roomBound, roomBoundOf, snapshotBound, snapshotBoundOf } from './page-bounds.ts'
