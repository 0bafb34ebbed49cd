import { createLog } from '../../src/log.ts'
import { startPrivateServer } from '../../src/store/private-server.ts'

/**
 * A process with a private server, to be judged from outside. Argument: data folder. Prints `up <url>` or `refused <message>`; ends the server
 * when its standard input ends.
 */
const [dataDir = ''] = process.argv.slice(2)
const log = createLog('warn', line => void process.stderr.write(line))

try {
  const server = await startPrivateServer({ dataDir, log })
  process.stdout.write(`up ${server.url}\n`)
  await new Promise(done => process.stdin.resume().once('end', done))
  await server.stop()
  process.stdout.write('stopped\n')
} catch (thrown) {
  process.stdout.write(`refused ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
}
