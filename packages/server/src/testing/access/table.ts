/** Tables of expected answers, written so that a person can check them line by line. */

export interface Row {
  /** `METHOD /path`, as the reference of the API writes it. */
  readonly route: string
  /** The route, and what of it where it has several rows. */
  readonly label: string
  /** By column; none where there is no such case. */
  readonly cells: ReadonlyMap<string, string>
}

/** The first line names the columns; two spaces end a label, bars are for the eye, and `-` is no case. */
export function parseTable(text: string): readonly Row[] {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  const columns = wordsOf(head)
  return lines.map((line) => {
    const [label = '', rest = ''] = line.trim().split(/ {2,}(.*)/s)
    const found = wordsOf(rest)
    if (found.length !== columns.length) throw new Error(`“${label}” has ${found.length} cells of ${columns.length}`)
    const cells = columns.flatMap((column, index) => {
      const cell = found[index] ?? '-'
      return cell === '-' ? [] : [[column, cell] as const]
    })
    return { label, route: label.split(' ', 2).join(' '), cells: new Map(cells) }
  })
}

/** As in `GET | /api/me` with neither bars nor space. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll('|', ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
}
