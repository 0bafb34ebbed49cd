import { ConfigError, environment, readConfig } from './config.ts'

const oldestNode = 24

/** Starts the bot, says where it is, and stops it on a signal. */
async function main(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < oldestNode)
    throw new ConfigError([
      `Node ${oldestNode} or newer is needed; this is ${process.versions.node}. "npm start" brings its own.`,
    ])
  const config = readConfig(environment('.env'))
  const { startApp } = await import('./app.ts')
  const app = await startApp(config)
  process.stdout.write(`\nDefender ChatOps is ready at ${app.address}${config.console ? '  (open it in a browser)' : ''}\n\n`)
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      void app.stop().then(() => process.exit(0))
    })
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
})
