/** A command for the tests of run.mjs: says what it was given, and ends as it is told. */

const args = process.argv.slice(2)
const valueOf = (flag: string) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined)

const signal = valueOf('--until')
if (signal === undefined) {
  console.log(JSON.stringify({ args, protocol: import.meta.resolve('@suda/protocol'), node: process.version }))
  process.exitCode = Number(valueOf('--exit'))
} else {
  process.on(signal, () => process.exit(3))
  setInterval(() => undefined, 1000)
  console.log(JSON.stringify({ pid: process.pid }))
}
