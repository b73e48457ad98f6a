/** Every command, by the words that name it. */

import { adopt } from './adopt.ts'
import type { Command } from './command.ts'
import { inviteAdd } from './invite-add.ts'
import { roomAdd } from './room-add.ts'
import { start } from './start.ts'
import { tokenAdd } from './token-add.ts'
import { userAdd } from './user-add.ts'
import { userPassword } from './user-password.ts'

export const commands: Readonly<Record<string, Command>> = {
  start,
  'user add': userAdd,
  'user password': userPassword,
  'token add': tokenAdd,
  'room add': roomAdd,
  'invite add': inviteAdd,
  adopt,
}
