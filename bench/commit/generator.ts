/** The load generator's process. */

import { runClosedLoop } from '../kit/closed-loop.ts'
import { answerParent } from '../kit/own-process.ts'

answerParent(runClosedLoop)
