import { readFileSync } from 'node:fs'

const sample = JSON.parse(readFileSync(new URL('../payloads/events/alert-connector.json', import.meta.url), 'utf8'))
/** As many as make 4.3 KB. */
const entities = sample.Entities.slice(0, 13)

/** The body of an alert as the connector sends it when it was just raised, 4.3 KB. Its title holds `word`, by which feeds can tell it. */
export function alertBody(id: string, { word = '', severity = 'High' } = {}): string {
  return JSON.stringify({
    ...sample,
    SystemAlertId: id,
    TimeGenerated: new Date().toISOString(),
    AlertDisplayName: `A script was downloaded and run ${word}`.trim(),
    Severity: severity,
    Entities: entities,
  })
}
