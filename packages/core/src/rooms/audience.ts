/** Whom the settings of a room concern. */

import type { Audience, Visibility } from '@suda/protocol'

/** A public room is the whole site's business; its guests are reached as members. */
export function roomAudience(roomId: string, visibility: Visibility): Audience[] {
  return visibility === 'public' ? ['site', `room:${roomId}`] : [`room:${roomId}`]
}
