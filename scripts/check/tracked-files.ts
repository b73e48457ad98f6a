/** No tracked file names the machine that it was written on, or the registry that packages came from. */

import { runCommand } from './command.ts'
import { readText } from './source-files.ts'
import type { Check } from './check.ts'

const forbidden = [
  { pattern: /registry\.[a-z]+(js)?\.[a-z]+|:\/\/registry\b|\bnpmmirror\b/, what: 'a registry' },
  { pattern: /(^|[\s'"`(=:])\/(home|root|Users|work|workspace|tmp\/[a-z]+)\/[\w.-]+/, what: 'a path of one machine' },
  { pattern: /file:\/\/\/(home|root|Users|work|tmp)\//, what: 'a path of one machine' },
]
const isBinary = /\.(png|jpe?g|gif|webp|ico|woff2?|db|gz|tgz|pdf)$/

export const checkTrackedFiles: Check = async (root) => {
  const { code, output } = await runCommand(['git', 'ls-files'], root)
  if (code !== 0) return [`git ls-files: ${output}`]
  const files = output.split('\n').filter((file) => file !== '' && !isBinary.test(file))
  return files.flatMap((file) => complaintsAbout(file, readTracked(root, file)))
}

function complaintsAbout(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const found = forbidden.find(({ pattern }) => pattern.test(line))
    return found === undefined ? [] : [`${file}:${index + 1}: names ${found.what}: ${line.trim().slice(0, 120)}`]
  })
}

function readTracked(root: string, file: string): string {
  try {
    return readText(root, file)
  } catch {
    return '' // tracked, but deleted in the working tree or a link
  }
}
