/** The load of all server processes from one generator, so that none of them has a generator of its own to wait for. */

import { runClosedLoop, type ClosedLoopFigures, type ClosedLoopOptions } from '../kit/closed-loop.ts'
import { answerParent } from '../kit/own-process.ts'

answerParent((loops: readonly ClosedLoopOptions[]): Promise<ClosedLoopFigures[]> =>
  Promise.all(loops.map(runClosedLoop)),
)
