/** What `findUsers` compares with the text sought. */
export function displayKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
