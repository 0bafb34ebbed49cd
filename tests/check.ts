import { spawn } from 'node:child_process'

/** Everything CI runs, one after the other; the first failure ends it, but the count at the end is always printed. */
const steps: [string, string[]][] = [
  ['types', ['tsc']],
  ['types of the page', ['tsc', '-p', 'src/console/page']],
  ['lint and format', ['biome', 'ci', '--error-on-warnings']],
  ['import rules and circles', ['depcruise', 'src', 'cards', 'tests', 'manifest', '--config', '.dependency-cruiser.mjs']],
  ['unused exports', ['knip']],
]
const jest = [
  'node',
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
  ...process.argv.slice(2),
]

let passed = 0
let failed = 0
for (const [name, command] of steps) {
  process.stdout.write(`\n── ${name}\n`)
  const { code } = await run(command)
  if (code === 0) passed += 1
  else failed += 1
}
process.stdout.write('\n── tests\n')
const { code, output } = await run(jest)
const counted = [
  ...output.matchAll(/^Tests:\s+(?:(\d+) failed, )?(?:\d+ skipped, )?(?:\d+ todo, )?(?:(\d+) passed, )?\d+ total/gm),
].at(-1)
const suites = [...output.matchAll(/^Test Suites:\s+(?:(\d+) failed, )?/gm)].at(-1)
const testsFailed = Number(counted?.[1] ?? 0) || Number(suites?.[1] ?? 0)
passed += Number(counted?.[2] ?? 0)
failed += code === 0 && counted !== undefined ? testsFailed : Math.max(1, testsFailed)
if (output.includes('A worker process has failed to exit gracefully')) failed += 1
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1

/** npm puts node_modules/.bin first on the path, with the Node version of the lock. */
function run([program = '', ...args]: string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const [stream, out] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const)
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        out.write(chunk)
      })
    child.on('error', error => resolve({ code: 1, output: error.message }))
    child.on('close', code => resolve({ code: code ?? 1, output }))
  })
}
