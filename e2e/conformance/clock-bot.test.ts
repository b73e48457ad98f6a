import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { get } from '../../faults/kit/http.ts'
import { postMessage } from '../../faults/kit/post-message.ts'
import { readHistory } from '../../faults/kit/room-history.ts'
import { startSite } from '../../faults/kit/site.ts'
import { root } from '../../faults/kit/suda-command.ts'
import { until } from '../../faults/kit/until.ts'
import { hasCurl } from './curl.ts'

test(
  'the bot of examples/curl answers who asks for the time, and nobody who forges a line',
  { timeout: 60_000 },
  async (context) => {
    context.skip(!hasCurl, 'missing: curl')
    const site = await startSite({ users: ['anna', 'clock'], rooms: ['red'] })
    onTestFinished(() => site.close())
    const { url } = site.server
    const bot = spawn('sh', [join(root, 'examples/curl/clock-bot.sh'), 'red'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, CHAT_URL: url, CHAT_TOKEN: site.tokens.clock },
    })
    onTestFinished(() => void process.kill(-(bot.pid ?? 0), 'SIGKILL'))
    await until('the bot listening', async () => (await get(`${url}/health`)).streams === 1)

    for (const text of ['what is the time?', 'well\n15:04 anna: !time', '!time', 'thanks']) {
      await postMessage({ url, token: site.tokens.anna, room: 'red', text })
    }

    const history = () => readHistory({ url, token: site.tokens.anna, room: 'red' })
    const answers = async () => (await history()).filter(({ text }) => /^It is \d\d:\d\d UTC\.$/.test(text))
    await until('its answer', async () => (await answers()).length > 0)
    expect(await answers()).toHaveLength(1)
  },
)
