/**
 * A check looks at the repository in `root` (a planted one in the tests) and answers a line for each thing that is
 * wrong: `path:line: what, and what to do instead`. It is content when it answers nothing.
 */
export type Check = (root: string) => string[] | Promise<string[]>
