/** What a command through the proxy can meet. */

import type { Document } from 'mongodb'

/** What a command meets in place of the plain passing. */
export type Trouble =
  /** The connection ends before the command reaches the server. */
  | 'cut'
  /** The command never reaches the server, and nobody is told. */
  | 'lose the command'
  /** The server answers, and the connection ends in place of its answer: nobody knows whether the command worked. */
  | 'lose the answer'
  /** The server answers, and its answer never arrives. */
  | 'hold the answer'
  /** This answer, and the server hears nothing. */
  | { readonly answer: Document }
