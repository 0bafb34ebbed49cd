import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LiveValidator } from 'oav'
import { z } from 'zod'
import { type Breach, type Exchange, nameOf } from './exchange.ts'

const official = join(import.meta.dirname, '../specs')
const Json = z.record(z.string(), z.unknown())

/** Operations that have no specification among those kept here; they are judged by the rules alone. */
const without = [
  /\/providers\/Microsoft\.Web\/(sites|connections)/i,
  /\/deployments\/[^/]+\/operationStatuses\//i,
  /\/resourceGroups(\/[^/]+)?$/i,
  /\/subscriptions\/[^/]+\/(resources|providers(\/[^/]+)?)$/i,
]

export interface Specs {
  judge(exchange: Exchange): Promise<Breach[]>
}

/** The official specifications with their open enumerations closed: where they are open the validator lets everything pass. */
export async function openSpecs(): Promise<Specs> {
  const directory = closedCopy()
  const validator = new LiveValidator(
    { directory, swaggerPathsPattern: ['**/*.json'], git: { shouldClone: false }, loadValidatorInBackground: false },
    () => undefined,
  )
  await validator.initialize()
  rmSync(directory, { recursive: true })
  return { judge: exchange => judge(validator, exchange) }
}

/** Corrections: what to look for, what stands there instead. */
const corrections: [RegExp, string][] = [
  [/"modelAsString":\s*true/g, '"modelAsString": false'],
  // Entities hold texts and numbers; the specification says objects only, and its own examples break that.
  [/("AlertEntity":[^}]*?"additionalProperties":\s*)\{[^}]*\}/g, '$1true'],
]

function closedCopy(): string {
  const directory = mkdtempSync(join(tmpdir(), 'specs-'))
  for (const part of ['specification', 'reconstructed']) cpSync(join(official, part), join(directory, part), { recursive: true })
  for (const file of globSync('**/*.json', { cwd: directory })) {
    const path = join(directory, file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      corrections.reduce((corrected, [what, by]) => corrected.replace(what, by), text),
    )
  }
  return directory
}

async function judge(validator: LiveValidator, exchange: Exchange): Promise<Breach[]> {
  const { method, url, headers, body, status, answerHeaders, answer } = exchange
  const [path = ''] = url.split('?')
  if (without.some(pattern => pattern.test(path))) return []
  const { requestValidationResult: request, responseValidationResult: response } = await validator.validateLiveRequestResponse({
    liveRequest: { method, url, headers, ...(body !== '' && { body: Json.parse(JSON.parse(body)) }) },
    liveResponse: {
      statusCode: String(status),
      headers: answerHeaders,
      ...(answer !== '' && { body: Json.parse(JSON.parse(answer)) }),
    },
  })
  // A refused request may be wrong on purpose; what it is told is judged all the same.
  const asked = status < 400 ? breaches('request', exchange, request) : []
  return [...asked, ...breaches('answer', exchange, response)]
}

interface Result {
  isSuccessful?: boolean
  errors: { code: string; message: string; pathsInPayload: string[] }[]
  runtimeException?: { message: string }
}

function breaches(side: Breach['side'], exchange: Exchange, { isSuccessful, errors, runtimeException }: Result): Breach[] {
  if (isSuccessful === true) return []
  // What was refused may have asked for something that does not exist.
  if (runtimeException !== undefined && exchange.status >= 400) return []
  const what = errors.map(
    ({ code, message, pathsInPayload }) => `${code} at ${pathsInPayload.slice(0, 2).join(', ')}: ${message}`,
  )
  const broken = what.length > 0 ? what : [runtimeException?.message ?? 'the specifications do not know it']
  return broken.map(text => ({ on: nameOf(exchange), side, what: text }))
}
