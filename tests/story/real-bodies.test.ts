import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story } from './ground.ts'

/** Every body of the payloads, posted as it is: the line its card reads aloud, or the reason a sender gets. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const folder = new URL('../payloads/events/', import.meta.url)
const Received = z.object({
  accepted: z.array(z.object({ findingId: z.string() })),
  rejected: z.array(z.object({ path: z.string(), message: z.string() })),
})

/** A specification example holds its body under `responses.200.body`. */
function bodyOf(name: string): string {
  const text = readFileSync(new URL(name, folder), 'utf8')
  return text.includes('"responses"') ? JSON.stringify(JSON.parse(text).responses[200].body) : text
}

async function linesOf(name: string): Promise<string[]> {
  const { accepted, rejected } = Received.parse((await story.call('/api/events', bodyOf(name))).body)
  const refused = rejected.map(({ path, message }) => `${path}: ${message}`)
  const cards = accepted.map(async ({ findingId }) => (await story.act('show', {}, findingId)).answer.card.text)
  return [...refused, ...(await Promise.all(cards))]
}

const told: Record<string, string[]> = {
  'alert-activity-log.json': ['Low alert: PREVIEW - Role binding to the cluster-admin role detected on ASC-IGNITE-DEMO. New'],
  'alert-arm-2019-simulated.json': [
    'High alert: [SAMPLE ALERT] Suspicious WordPress theme invocation detected on Sample-App. New',
    'High alert: [SAMPLE ALERT] Phishing content hosted on Azure Webapps on Sample-App. New',
    'Medium alert: [SAMPLE ALERT] User accessed high volume of Key Vaults on Sample-KV. New',
  ],
  'alert-arm-2019.json': [
    'High alert: Threat Intelligence Alert on vm1. Dismissed',
    'Low alert: Suspicious Screensaver process executed on vm2. New',
  ],
  'alert-arm-2022-simulated.json': [
    'High alert: [SAMPLE ALERT] Suspicious WordPress theme invocation detected on Sample-App. New',
  ],
  'alert-arm-2022.json': ['High alert: Azure Security Center test alert (not a threat) on vm1. New'],
  'alert-connector.json': ['High alert: A script was downloaded and run on vm-web-03. New'],
  'alert-documented-sample.txt': [': The body is not valid JSON (line 27, column 13).'],
  'alert-minimal.json': ['High alert: Suspicious process launched in container on prod-aks. New'],
  'compliance-arm.json': [
    'Failed compliance: Troubleshoot missing scan data on your machines on 20ff7fc3-e762-44dd-bd96-b71116dcdc23. New',
  ],
  'compliance-skipped.json': [
    'Skipped compliance: Web apps should answer over HTTPS only on 6f1c2a30-1b2c-4d3e-8f40-5a6b7c8d9e0f. Dismissed',
  ],
  'recommendation-arm-expanded.json': [
    'Unrated recommendation: Install endpoint protection solution on virtual machine scale sets on vmss2. Dismissed',
  ],
  'recommendation-delete.json': ['Low recommendation: Web apps should answer over HTTPS only on shop-api. Withdrawn'],
  'recommendation-listed.json': [
    'Unrated recommendation: Management ports should be closed on vm-test. New',
    'Unrated recommendation: [Preview] Vulnerable images should be updated on web. New',
    'Unrated recommendation: Blocked accounts should be removed on 6f1c2a30-1b2c-4d3e-8f40-5a6b7c8d9e0f. Dismissed',
  ],
  'recommendation-metadata.json': [
    'type: This describes a recommendation; what comes in is its assessment of a resource.',
    'type: This describes a recommendation; what comes in is its assessment of a resource.',
  ],
  'recommendation-recorded.json': ['Unrated recommendation: test-140asbvmnetrecomm on vmm-140asbvmnetrecomm. Resolved'],
  'secure-score-control.json': [
    'type: Secure scores are figures, not events; alerts, recommendations and compliance changes come in.',
  ],
  'sub-assessment-pascal.json': [
    'Type: A sub-assessment is a detail of a recommendation; what comes in is the recommendation, when its status changes.',
  ],
  'sub-assessments.json': [
    'type: A sub-assessment is a detail of a recommendation; what comes in is the recommendation, when its status changes.',
  ],
}

test('every body is in the table', () => {
  const files = readdirSync(folder).filter(name => /\.(json|txt)$/.test(name))
  expect(Object.keys(told).sort()).toEqual(files.sort())
})

test.each(Object.entries(told))('%s', async (name, lines) => {
  // Without a time of its own an event happened when it came, so times are left out.
  expect((await linesOf(name)).map(line => line.replace(/, (\d{1,2} \w{3}( \d{4})?, )?\d\d:\d\d UTC/, ''))).toEqual(lines)
})

test('a cause that is a sentence stays as Azure wrote it', async () => {
  const { accepted } = Received.parse((await story.call('/api/events', bodyOf('recommendation-arm-expanded.json'))).body)
  const { answer } = await story.act('show', {}, accepted[0]?.findingId)
  expect(JSON.stringify(answer.card.teams)).toContain('Microsoft.Authorization/policyAssignments to turn this assessment on"')
})
