/** Who issues a command, and by which way. */

import type { Scope, SiteRole, Via } from '@suda/protocol'

export type Actor =
  | {
      readonly kind: 'user'
      readonly userId: string
      readonly siteRole: SiteRole
      readonly via: Via
      /** Absent: all that the user may. */
      readonly scopes?: readonly Scope[]
      readonly sessionId?: string
      /** When the session that the actor shows ends, unless it is renewed. */
      readonly sessionExpiresAt?: string
      readonly tokenId?: string
      /** When the token that the actor shows ends. */
      readonly tokenExpiresAt?: string
      /** The network address of the caller. */
      readonly address?: string
    }
  /** Somebody who is about to become a user. */
  | { readonly kind: 'newcomer'; readonly via: Via; readonly address?: string }
  /** The operator of the machine, by the command line or at start. */
  | { readonly kind: 'system'; readonly via: Via; readonly address?: string }

export type ActorOf<Kind extends Actor['kind']> = Extract<Actor, { kind: Kind }>
