/** Creating a user: by the operator, for people of whom a script knows. */

import type { CreateUser } from '../commands.ts'
import type { Handler } from '../handler.ts'
import { newUser } from './new-user.ts'

/** @throws ChatError `taken`, `validation_failed` */
export const createUser: Handler<CreateUser> = async (command, _actor, context) => newUser(command, context)
